namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Gradient of the weighted generalised mean to one image's map within a block of channels, over all regions in turn; where wanted, what the block adds to the
/// mask's gradient [blocks, R, N, H, W] and each channel to the exponent's [R * N, C].
/// </summary>
internal readonly unsafe struct WeightedBackward : IParallelBody
{
    private readonly RegionGrid _grid;
    private readonly GemExponent _exponent;
    private readonly float _epsilon;
    private readonly float* _x, _weights, _y, _dy, _dx, _maskShares, _exponentShares;

    public WeightedBackward(RegionGrid grid, Tensor x, Tensor weights, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, float* maskShares, float* exponentShares)
    {
        (_grid, _exponent, _epsilon) = (grid, new GemExponent(p), epsilon);
        _x = x.Pointer<float>();
        _weights = weights.Pointer<float>();
        _y = y.Pointer<float>();
        _dy = dy.Pointer<float>();
        _dx = dx.Pointer<float>();
        _maskShares = maskShares;
        _exponentShares = exponentShares;
    }

    public void Run(int index, int worker)
    {
        var (image, channels) = _grid.ImagePiece(index);
        var p = stackalloc float[ChannelBlock.Length];
        _exponent.Expand(channels.First, new Span<float>(p, channels.Count));
        // The whole map alone is written; regions are added up.
        var add = _grid.Count > 1 || _grid[0] != new PoolRegion(0, 0, _grid.Height, _grid.Width);
        if (add)
            new MatrixBlock((image * _grid.Positions * _grid.Channels) + channels.First, _grid.Positions, channels.Count, _grid.Channels).Each(new ZeroKernel(_dx));
        for (var region = 0; region < _grid.Count; region++)
            TakeRegion(_grid.At(region, image, channels), index % _grid.Blocks, p, add);
    }

    private void TakeRegion(RegionPiece piece, int block, float* p, bool add)
    {
        var width = piece.Channels.Count;
        float* inverse = stackalloc float[ChannelBlock.Length], powers = stackalloc float[ChannelBlock.Length], factors = stackalloc float[ChannelBlock.Length];
        float* sums = stackalloc float[ChannelBlock.Length], logSums = stackalloc float[ChannelBlock.Length];
        float* y = _y + piece.PooledStart, dy = _dy + piece.PooledStart;
        for (var c = 0; c < width; c++)
            (inverse[c], factors[c]) = (y[c] == 0 ? 0 : 1 / y[c], dy[c] * y[c] / p[c]);
        new Span<float>(sums, width).Clear();
        new Span<float>(logSums, width).Clear();
        var columns = new WeightedGradientFold.Columns
        {
            X = _x,
            Dx = _dx,
            P = p,
            Whole = _exponent.Whole,
            Epsilon = _epsilon,
            LearnExponent = _exponentShares != null,
            Dy = dy,
            Inverse = inverse,
            Powers = powers,
        };
        TakePositions(piece, block, columns, add, factors, sums, logSums);
        if (_exponentShares == null)
            return;
        for (var c = 0; c < width; c++)
            sums[c] = Math.Max(sums[c], PositionWeights.Smallest);
        LaneSweep.Run(new GemExponentKernel(dy, y, p, sums, logSums, 1, _exponentShares + piece.PooledStart), 0, width);
    }

    private void TakePositions(RegionPiece piece, int block, WeightedGradientFold.Columns columns, bool add, float* factors, float* sums, float* logSums)
    {
        var masks = _maskShares == null ? null : _maskShares + ((long)block * _grid.Count * _grid.Images * _grid.Positions) + piece.MaskStart;
        if (masks != null)
            new Span<float>(masks, checked((int)_grid.Positions)).Clear();
        for (var run = 0; run < piece.Runs; run++)
        {
            for (var position = piece.First(run); position < piece.First(run) + piece.RunLength; position++)
            {
                var weight = _weights == null ? 1f / piece.Positions : _weights[piece.MaskStart + position];
                if (weight >= PositionWeights.Smallest)
                    piece.Position(position).Fold(new WeightedGradientFold(columns, weight, add), sums, logSums);
                else if (!add)
                    piece.Position(position).Each(new ZeroKernel(_dx));
                if (masks != null && weight >= PositionWeights.Smallest)
                    masks[position] = (float)LaneSums.Dot(columns.Powers, factors, piece.Channels.Count);
            }
        }
    }
}
