namespace Retrieval.Host.Backends.Cpu;

/// <summary>A block of columns of a matrix [N, D], and which of its rows are real.</summary>
internal readonly unsafe struct RealRows(int* real, int rows, int dimension, ChannelBlock block)
{
    private readonly int* _real = real;
    private readonly int _dimension = dimension;
    private readonly ChannelBlock _block = block;

    public int Rows { get; } = rows;

    public bool IsReal(int row) => _real == null || _real[row] != 0;

    /// <summary>A row's part within the block.</summary>
    public MatrixBlock this[int row] => new(((long)row * _dimension) + _block.First, 1, _block.Count, _dimension);

    /// <summary>Folds the columns of all real rows and says how many there are.</summary>
    public int Fold<TFold>(TFold fold, float* first, float* second = null) where TFold : struct, IMatrixFold
    {
        var count = 0;
        new Span<float>(first, _block.Count).Clear();
        if (second != null)
            new Span<float>(second, _block.Count).Clear();
        for (var row = 0; row < Rows; row++)
        {
            if (!IsReal(row))
                continue;
            this[row].Fold(fold, first, second);
            count++;
        }
        return count;
    }

    /// <summary>Runs a kernel over the real rows; the others of <paramref name="y"/> become 0.</summary>
    public void Write<TKernel>(TKernel kernel, float* y) where TKernel : struct, IMatrixKernel
    {
        for (var row = 0; row < Rows; row++)
        {
            if (IsReal(row))
                this[row].Each(kernel);
            else
                new Span<float>(y + ((long)row * _dimension) + _block.First, _block.Count).Clear();
        }
    }
}
