namespace Retrieval.Host.Backends.Cpu;

/// <summary>y[c] = (accumulate ? y[c] : 0) + the first partial sums of channel c.</summary>
internal readonly unsafe struct ColumnTotals(RowChunks chunks, PartialSums sums, float* y, bool accumulate) : IParallelBody
{
    private readonly RowChunks _chunks = chunks;
    private readonly PartialSums _sums = sums;
    private readonly float* _y = y;
    private readonly bool _accumulate = accumulate;

    public void Run(int index, int worker)
    {
        var block = ChannelBlock.At(index, _chunks.Channels);
        var totals = stackalloc double[ChannelBlock.Length];
        new Span<double>(totals, block.Count).Clear();
        _sums.AddFirst(block, totals);
        for (var c = 0; c < block.Count; c++)
            _y[block.First + c] = (float)(totals[c] + (_accumulate ? _y[block.First + c] : 0));
    }
}
