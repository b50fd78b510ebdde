namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// y = ( mean of max(x, epsilon)^p )^(1/p). Small whole exponents are summed as they are; where that leaves the safe range of
/// single precision, and for all other exponents, the channel's largest value is taken out first.
/// </summary>
internal readonly unsafe struct GemForward : IParallelBody
{
    private const float SmallestSafe = 1e-30f;
    private const float LargestSafe = 1e30f;

    private readonly PoolGrid _grid;
    private readonly GemExponent _exponent;
    private readonly float _epsilon;
    private readonly float* _x, _y;

    public GemForward(Tensor x, Tensor p, float epsilon, Tensor y)
    {
        (_grid, _exponent, _epsilon) = (new PoolGrid(x.Shape), new GemExponent(p), epsilon);
        _x = x.Pointer<float>();
        _y = y.Pointer<float>();
    }

    public void Run(WorkerTeam team) => team.For(_grid.Pieces, this);

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        float* p = stackalloc float[PoolGrid.Block], sums = stackalloc float[PoolGrid.Block], unused = stackalloc float[PoolGrid.Block];
        _exponent.Expand(piece.Channel, new Span<float>(p, piece.Width));
        var y = _y + piece.PooledStart;
        if (_exponent.Whole > 0)
        {
            piece.Columns.Sum(new WholePowerTerms(_x, _epsilon, _exponent.Whole), sums, unused);
            if (AreSafe(new ReadOnlySpan<float>(sums, piece.Width)))
            {
                ElementLoop<RootKernel>.RunAlone(piece.Width, new RootKernel(sums, 1f / piece.Positions, p, null, y));
                return;
            }
        }
        float* largest = stackalloc float[PoolGrid.Block], inverse = stackalloc float[PoolGrid.Block];
        FindLargest(piece, largest, inverse);
        piece.Columns.Sum(new PowerTerms(_x, _epsilon, inverse, p), sums, unused);
        ElementLoop<RootKernel>.RunAlone(piece.Width, new RootKernel(sums, 1f / piece.Positions, p, largest, y));
    }

    private static bool AreSafe(ReadOnlySpan<float> sums)
    {
        foreach (var sum in sums)
        {
            if (sum is not (> SmallestSafe and < LargestSafe))
                return false;
        }
        return true;
    }

    private void FindLargest(PoolPiece piece, float* largest, float* inverse)
    {
        new Span<float>(largest, piece.Width).Fill(_epsilon);
        for (var i = 0L; i < piece.Positions; i++)
            ElementLoop<MaximumKernel>.RunAlone(piece.Width, new MaximumKernel(_x + piece.MapStart + (i * piece.Stride), 0, largest, null));
        for (var c = 0; c < piece.Width; c++)
            inverse[c] = 1 / largest[c];
    }
}
