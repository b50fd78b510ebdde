namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = max over positions, and where the first winner stands.</summary>
internal readonly unsafe struct MacForward(PoolGrid grid, float* x, float* y, int* argmax) : IParallelBody
{
    private readonly PoolGrid _grid = grid;
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly int* _argmax = argmax;

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        var y = _y + piece.PooledStart;
        var unwanted = stackalloc int[ChannelBlock.Length];
        var argmax = _argmax == null ? unwanted : _argmax + piece.PooledStart;
        // The first position leads; it then meets itself, and keeps the lead.
        new ReadOnlySpan<float>(_x + piece.MapStart, piece.Width).CopyTo(new Span<float>(y, piece.Width));
        new Span<int>(argmax, piece.Width).Clear();
        piece.Map.Fold(new MaximumFold(_x), y, (float*)argmax);
    }
}
