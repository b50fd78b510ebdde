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
        float* map = _x + piece.MapStart, best = _y + piece.PooledStart;
        var winner = _argmax == null ? null : _argmax + piece.PooledStart;
        new ReadOnlySpan<float>(map, piece.Width).CopyTo(new Span<float>(best, piece.Width));
        if (winner != null)
            new Span<int>(winner, piece.Width).Clear();
        for (var i = 1; i < piece.Positions; i++)
            ElementLoop<MaximumKernel>.RunAlone(piece.Width, new MaximumKernel(map + ((long)i * piece.Stride), i, best, (float*)winner));
    }
}
