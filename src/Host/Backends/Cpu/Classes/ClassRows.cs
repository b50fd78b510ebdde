namespace Retrieval.Host.Backends.Cpu.Classes;

/// <summary>The class of each row of a batch, and which rows count.</summary>
internal readonly unsafe struct ClassRows
{
    private readonly int* _labels, _real;

    /// <exception cref="OperatorException">A row that counts has no such class.</exception>
    public ClassRows(string operatorName, Tensor labels, Tensor real, int classes)
    {
        _labels = labels.Pointer<int>();
        _real = real.Pointer<int>();
        Count = labels.Shape[0];
        for (var row = 0; row < Count; row++)
        {
            if (!IsReal(row))
                continue;
            if ((uint)_labels[row] >= (uint)classes)
                throw new OperatorException(operatorName, $"row {row} has label {_labels[row]}, which is no class");
            RealCount++;
        }
    }

    /// <summary>All rows.</summary>
    public int Count { get; }

    public int RealCount { get; }

    public bool IsReal(int row) => _real == null || _real[row] != 0;

    public int Label(int row) => _labels[row];
}
