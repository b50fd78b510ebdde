namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = max over a region's positions, and where in the map the first winner stands.</summary>
internal readonly unsafe struct RegionMaxForward(RegionGrid grid, float* x, float* y, int* argmax) : IParallelBody
{
    private readonly RegionGrid _grid = grid;
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly int* _argmax = argmax;

    public void Run(int index, int worker)
    {
        var piece = _grid.RegionPiece(index);
        var y = _y + piece.PooledStart;
        var unwanted = stackalloc int[ChannelBlock.Length];
        var argmax = _argmax == null ? unwanted : _argmax + piece.PooledStart;
        // The first position leads; whatever is there falls to it, and it keeps the lead against its like.
        new Span<float>(y, piece.Channels.Count).Fill(float.NegativeInfinity);
        new Span<int>(argmax, piece.Channels.Count).Fill(piece.First(0));
        for (var run = 0; run < piece.Runs; run++)
            piece.Run(run).Fold(new MaximumFold(_x, piece.First(run)), y, (float*)argmax);
    }
}
