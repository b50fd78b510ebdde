namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// y = ( sum w max(x, epsilon)^p )^(1/p) over a region. Small whole exponents are summed as they are; where that leaves the safe range of
/// single precision, and for all other exponents, the channel's largest value that weighs anything is taken out first.
/// </summary>
internal readonly unsafe struct WeightedForward : IParallelBody
{
    private const float SmallestSafe = 1e-30f;
    private const float LargestSafe = 1e30f;

    private readonly RegionGrid _grid;
    private readonly GemExponent _exponent;
    private readonly float _epsilon;
    private readonly float* _x, _weights, _y;

    public WeightedForward(RegionGrid grid, Tensor x, Tensor weights, Tensor p, float epsilon, Tensor y)
    {
        (_grid, _exponent, _epsilon) = (grid, new GemExponent(p), epsilon);
        _x = x.Pointer<float>();
        _weights = weights.Pointer<float>();
        _y = y.Pointer<float>();
    }

    public void Run(int index, int worker)
    {
        var piece = _grid.RegionPiece(index);
        var width = piece.Channels.Count;
        float* p = stackalloc float[ChannelBlock.Length], sums = stackalloc float[ChannelBlock.Length];
        _exponent.Expand(piece.Channels.First, new Span<float>(p, width));
        if (_exponent.Whole == 0 || !TryWholePower(piece, p, sums))
            PoolScaled(piece, p, sums);
    }

    private bool TryWholePower(RegionPiece piece, float* p, float* sums)
    {
        SumPowers(piece, p, null, sums);
        foreach (var sum in new ReadOnlySpan<float>(sums, piece.Channels.Count))
        {
            if (sum is not (> SmallestSafe and < LargestSafe))
                return false;
        }
        LaneSweep.Run(new RootKernel(sums, 1, p, null, _y + piece.PooledStart), 0, piece.Channels.Count);
        return true;
    }

    private void PoolScaled(RegionPiece piece, float* p, float* sums)
    {
        var width = piece.Channels.Count;
        float* largest = stackalloc float[ChannelBlock.Length], inverse = stackalloc float[ChannelBlock.Length];
        new Span<float>(largest, width).Fill(_epsilon);
        for (var run = 0; run < piece.Runs; run++)
            piece.Run(run).Fold(new WeightedLargestFold(_x, Weights(piece, run), _epsilon), largest);
        for (var c = 0; c < width; c++)
            inverse[c] = 1 / Math.Max(largest[c], PositionWeights.Smallest);
        SumPowers(piece, p, inverse, sums);
        // Where all is 0, so is the largest, and any root of the sum.
        for (var c = 0; c < width; c++)
            sums[c] = Math.Max(sums[c], PositionWeights.Smallest);
        LaneSweep.Run(new RootKernel(sums, 1, p, largest, _y + piece.PooledStart), 0, width);
    }

    private void SumPowers(RegionPiece piece, float* p, float* inverse, float* sums)
    {
        new Span<float>(sums, piece.Channels.Count).Clear();
        for (var run = 0; run < piece.Runs; run++)
            piece.Run(run).Fold(new WeightedPowerFold(_x, Weights(piece, run), _epsilon, _exponent.Whole, p, inverse), sums);
    }

    private PositionWeights Weights(RegionPiece piece, int run) =>
        new(_weights == null ? null : _weights + piece.MaskStart + piece.First(run), 1f / piece.Positions);
}
