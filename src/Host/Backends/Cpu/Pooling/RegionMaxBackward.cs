namespace Retrieval.Host.Backends.Cpu;

/// <summary>One image's gradients within a block of channels: each region's goes to its winner.</summary>
internal readonly unsafe struct RegionMaxBackward(RegionGrid grid, float* dy, int* argmax, float* dx) : IParallelBody
{
    private readonly RegionGrid _grid = grid;
    private readonly float* _dy = dy;
    private readonly int* _argmax = argmax;
    private readonly float* _dx = dx;

    public void Run(int index, int worker)
    {
        var (image, channels) = _grid.ImagePiece(index);
        var start = (image * _grid.Positions * _grid.Channels) + channels.First;
        new MatrixBlock(start, _grid.Positions, channels.Count, _grid.Channels).Each(new ZeroKernel(_dx));
        for (var region = 0; region < _grid.Count; region++)
        {
            var pooled = _grid.At(region, image, channels).PooledStart;
            for (var c = 0; c < channels.Count; c++)
                _dx[start + ((long)_argmax[pooled + c] * _grid.Channels) + c] += _dy[pooled + c];
        }
    }
}
