namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = mean over positions.</summary>
internal readonly unsafe struct SpocForward(PoolGrid grid, float* x, float* y) : IParallelBody
{
    private readonly PoolGrid _grid = grid;
    private readonly float* _x = x;
    private readonly float* _y = y;

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        var y = _y + piece.PooledStart;
        new Span<float>(y, piece.Width).Clear();
        piece.Map.Fold(new PlainFold(_x), y);
        LaneSweep.Run(new AddScaledKernel(1f / piece.Positions, y, 0, y), 0, piece.Width);
    }
}
