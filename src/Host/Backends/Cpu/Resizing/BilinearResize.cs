namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Bilinear resize of maps [N, H, W, C], one output row a piece: the two source rows are blended into a row of scratch,
/// then its positions across.
/// </summary>
internal readonly unsafe struct BilinearResize : IParallelBody
{
    private readonly int _images, _height, _width, _channels, _outHeight, _outWidth;
    private readonly float _scaleY, _scaleX;
    private readonly float* _x, _y, _scratch;

    /// <param name="x">[N, H, W, C].</param>
    /// <param name="scaleY">Vertical factor.</param>
    /// <param name="scaleX">Horizontal factor.</param>
    /// <param name="y">[N, OH, OW, C].</param>
    /// <param name="scratch">[workers, W, C].</param>
    public BilinearResize(Tensor x, float scaleY, float scaleX, Tensor y, float* scratch)
    {
        (_images, _height, _width, _channels) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        (_outHeight, _outWidth, _scaleY, _scaleX) = (y.Shape[1], y.Shape[2], scaleY, scaleX);
        _x = x.Pointer<float>();
        _y = y.Pointer<float>();
        _scratch = scratch;
    }

    public void Run(WorkerTeam team) => team.For(_images * _outHeight, this);

    public void Run(int index, int worker)
    {
        var length = (long)_width * _channels;
        var blended = _scratch + (worker * length);
        var vertical = new LinearTap(index % _outHeight, _scaleY, _height);
        var map = _x + (index / _outHeight * _height * length);
        Blend(map + (vertical.Low * length), map + (vertical.High * length), vertical.Weight, length, blended);
        var output = _y + ((long)index * _outWidth * _channels);
        for (var column = 0; column < _outWidth; column++, output += _channels)
        {
            var tap = new LinearTap(column, _scaleX, _width);
            Blend(blended + ((long)tap.Low * _channels), blended + ((long)tap.High * _channels), tap.Weight, _channels, output);
        }
    }

    private static void Blend(float* low, float* high, float weight, long count, float* result) =>
        ElementLoop<TwoTermKernel>.RunAlone(count, new TwoTermKernel(1 - weight, low, weight, high, result));
}
