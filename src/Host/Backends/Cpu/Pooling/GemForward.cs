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

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        float* p = stackalloc float[ChannelBlock.Length], sums = stackalloc float[ChannelBlock.Length];
        _exponent.Expand(piece.Channel, new Span<float>(p, piece.Width));
        if (_exponent.Whole == 0 || !TryWholePower(piece, p, sums))
            PoolScaled(piece, p, sums);
    }

    private bool TryWholePower(PoolPiece piece, float* p, float* sums)
    {
        new Span<float>(sums, piece.Width).Clear();
        piece.Map.Fold(new WholePowerFold(_x, _epsilon, _exponent.Whole), sums);
        foreach (var sum in new ReadOnlySpan<float>(sums, piece.Width))
        {
            if (sum is not (> SmallestSafe and < LargestSafe))
                return false;
        }
        LaneSweep.Run(new RootKernel(sums, 1f / piece.Positions, p, null, _y + piece.PooledStart), 0, piece.Width);
        return true;
    }

    private void PoolScaled(PoolPiece piece, float* p, float* sums)
    {
        float* largest = stackalloc float[ChannelBlock.Length], inverse = stackalloc float[ChannelBlock.Length];
        new Span<float>(largest, piece.Width).Fill(_epsilon);
        piece.Map.Fold(new LargestFold(_x), largest);
        for (var c = 0; c < piece.Width; c++)
            inverse[c] = 1 / largest[c];
        new Span<float>(sums, piece.Width).Clear();
        piece.Map.Fold(new PowerFold(_x, _epsilon, inverse, p), sums);
        LaneSweep.Run(new RootKernel(sums, 1f / piece.Positions, p, largest, _y + piece.PooledStart), 0, piece.Width);
    }
}
