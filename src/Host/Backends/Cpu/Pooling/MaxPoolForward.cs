namespace Retrieval.Host.Backends.Cpu;

/// <summary>Windowed maximum, one output row a piece.</summary>
internal readonly unsafe struct MaxPoolForward : IParallelBody
{
    private readonly int _height, _width, _channels, _outHeight, _outWidth, _images;
    private readonly ConvolutionGeometry _geometry;
    private readonly float* _x, _y;
    private readonly int* _argmax;

    public MaxPoolForward(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax)
    {
        (_images, _height, _width, _channels) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        (_outHeight, _outWidth, _geometry) = (y.Shape[1], y.Shape[2], geometry);
        _x = x.Pointer<float>();
        _y = y.Pointer<float>();
        _argmax = argmax.Pointer<int>();
    }

    public void Run(WorkerTeam team) => team.For(_images * _outHeight, this);

    public void Run(int index, int worker)
    {
        int image = index / _outHeight, row = index % _outHeight;
        var map = _x + ((long)image * _height * _width * _channels);
        for (var column = 0; column < _outWidth; column++)
            Pool(map, row, column, (((long)index * _outWidth) + column) * _channels);
    }

    private void Pool(float* map, int row, int column, long output)
    {
        var best = _y + output;
        var winner = _argmax == null ? null : _argmax + output;
        var found = false;
        for (var r = 0; r < _geometry.KernelHeight; r++)
        {
            var h = (row * _geometry.Stride) - _geometry.Padding + (r * _geometry.Dilation);
            if ((uint)h >= (uint)_height)
                continue;
            for (var s = 0; s < _geometry.KernelWidth; s++)
            {
                var w = (column * _geometry.Stride) - _geometry.Padding + (s * _geometry.Dilation);
                if ((uint)w >= (uint)_width)
                    continue;
                var position = (h * _width) + w;
                if (!found)
                    Begin(map, position, best, winner);
                else
                    ElementLoop<MaximumKernel>.RunAlone(_channels, new MaximumKernel(map + ((long)position * _channels), position, best, (float*)winner));
                found = true;
            }
        }
        if (!found)
            BeginEmpty(best, winner);
    }

    private void Begin(float* map, int position, float* best, int* winner)
    {
        new ReadOnlySpan<float>(map + ((long)position * _channels), _channels).CopyTo(new Span<float>(best, _channels));
        if (winner != null)
            new Span<int>(winner, _channels).Fill(position);
    }

    private void BeginEmpty(float* best, int* winner)
    {
        new Span<float>(best, _channels).Fill(float.NegativeInfinity);
        if (winner != null)
            new Span<int>(winner, _channels).Fill(-1);
    }
}
