namespace Retrieval.Host.Backends.Cpu;

/// <summary>Gradient of GeM to the map and, where shares [N, C] are wanted, what each image's channel adds to the exponent's.</summary>
internal readonly unsafe struct GemBackward : IParallelBody
{
    private readonly PoolGrid _grid;
    private readonly GemExponent _exponent;
    private readonly float _epsilon;
    private readonly float* _x, _y, _dy, _dx, _shares;

    public GemBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, float* shares)
    {
        (_grid, _exponent, _epsilon) = (new PoolGrid(x.Shape), new GemExponent(p), epsilon);
        _x = x.Pointer<float>();
        _y = y.Pointer<float>();
        _dy = dy.Pointer<float>();
        _dx = dx.Pointer<float>();
        _shares = shares;
    }

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        float* p = stackalloc float[ChannelBlock.Length], inverse = stackalloc float[ChannelBlock.Length], share = stackalloc float[ChannelBlock.Length];
        float* sums = stackalloc float[ChannelBlock.Length], logSums = stackalloc float[ChannelBlock.Length];
        float* y = _y + piece.PooledStart, dy = _dy + piece.PooledStart;
        _exponent.Expand(piece.Channel, new Span<float>(p, piece.Width));
        for (var c = 0; c < piece.Width; c++)
            (inverse[c], share[c]) = (1 / y[c], dy[c] / piece.Positions);
        new Span<float>(sums, piece.Width).Clear();
        new Span<float>(logSums, piece.Width).Clear();
        piece.Map.Fold(new GemGradientFold(_x, _epsilon, _exponent.Whole, _shares != null, p, inverse, share, _dx), sums, logSums);
        if (_shares != null)
            LaneSweep.Run(new GemExponentKernel(dy, y, p, sums, logSums, 1f / piece.Positions, _shares + piece.PooledStart), 0, piece.Width);
    }
}
