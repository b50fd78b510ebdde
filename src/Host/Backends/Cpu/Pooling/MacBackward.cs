namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = dy at the winner, 0 elsewhere.</summary>
internal readonly unsafe struct MacBackward(PoolGrid grid, float* dy, int* argmax, float* dx) : IParallelBody
{
    private readonly PoolGrid _grid = grid;
    private readonly float* _dy = dy;
    private readonly int* _argmax = argmax;
    private readonly float* _dx = dx;

    public void Run(int index, int worker)
    {
        var piece = _grid.Piece(index);
        piece.Map.Each(new WinnerKernel(_dy + piece.PooledStart, _argmax + piece.PooledStart, _dx));
    }
}
