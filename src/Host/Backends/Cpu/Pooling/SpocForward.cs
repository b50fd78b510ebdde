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
        var unused = stackalloc float[PoolGrid.Block];
        var sums = _y + piece.PooledStart;
        piece.Columns.Sum(new PlainTerms(_x), sums, unused);
        ElementLoop<AddScaledKernel>.RunAlone(piece.Width, new AddScaledKernel(1f / piece.Positions, sums, 0, sums));
    }
}
