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
        var share = stackalloc float[PoolGrid.Block];
        ElementLoop<AddScaledKernel>.RunAlone(piece.Width, new AddScaledKernel(1f / piece.Positions, _dy + piece.PooledStart, 0, share));
        for (var i = 0L; i < piece.Positions; i++)
            new ReadOnlySpan<float>(share, piece.Width).CopyTo(new Span<float>(_dx + piece.MapStart + (i * piece.Stride), piece.Width));
    }
}
