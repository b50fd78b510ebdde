namespace Retrieval.Host.Backends.Cpu;

/// <summary>A matrix [M, D] and a choice of its rows [R, D]. A few thousand rows: one thread.</summary>
internal readonly unsafe struct ChosenRows(string operatorName, Tensor matrix, Tensor rows, Tensor chosen)
{
    private readonly float* _matrix = matrix.Pointer<float>(), _chosen = chosen.Pointer<float>();
    private readonly int* _rows = rows.Pointer<int>();
    private readonly int _count = rows.Shape[0], _limit = matrix.Shape[0], _dimension = matrix.Shape[1];

    /// <summary>Zeros and copies of the matrix's rows become the chosen ones.</summary>
    public void Gather()
    {
        for (var place = 0; place < _count; place++)
        {
            var target = new Span<float>(Chosen(place), _dimension);
            if (RowAt(place) is >= 0 and var row)
                new ReadOnlySpan<float>(Row(row), _dimension).CopyTo(target);
            else
                target.Clear();
        }
    }

    /// <summary>Adds the chosen rows to the matrix, in their order.</summary>
    public void Add()
    {
        for (var place = 0; place < _count; place++)
            if (RowAt(place) is >= 0 and var row)
                LaneSweep.Run(new AddScaledKernel(1, Chosen(place), 1, Row(row)), 0, _dimension);
    }

    /// <summary>Which row of the matrix stands at a place; negative for none.</summary>
    private int RowAt(int place) => _rows[place] < _limit
        ? _rows[place]
        : throw new OperatorException(operatorName, $"place {place} names row {_rows[place]}, past the last");

    private float* Row(int row) => _matrix + ((long)row * _dimension);

    private float* Chosen(int place) => _chosen + ((long)place * _dimension);
}
