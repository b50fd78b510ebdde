namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = dy / positions.</summary>
internal readonly unsafe struct SpocBackward(PoolGrid grid, float* dy, float* dx) : IParallelBody
{
    private readonly PoolGrid _grid = grid;
    private readonly float* _dy = dy;
    private readonly float* _dx = dx;

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        piece.Map.Each(new SpreadKernel(_dy + piece.PooledStart, 1f / piece.Positions, _dx));
    }
}
