namespace Retrieval.Host.Backends.Cpu;

/// <summary>Each input position collects from the windows that chose it, one input row a piece: no two pieces write the same place.</summary>
internal readonly unsafe struct MaxPoolBackward : IParallelBody
{
    private readonly int _images, _height, _width, _channels, _outHeight, _outWidth;
    private readonly ConvolutionGeometry _geometry;
    private readonly float* _dy, _dx;
    private readonly int* _argmax;

    public MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx)
    {
        (_images, _height, _width, _channels) = (dx.Shape[0], dx.Shape[1], dx.Shape[2], dx.Shape[3]);
        (_outHeight, _outWidth, _geometry) = (dy.Shape[1], dy.Shape[2], geometry);
        _dy = dy.Pointer<float>();
        _dx = dx.Pointer<float>();
        _argmax = argmax.Pointer<int>();
    }

    public void Run(WorkerTeam team) => team.For(_images * _height, this);

    public void Run(int index, int worker)
    {
        int image = index / _height, h = index % _height;
        for (var w = 0; w < _width; w++)
            Collect(image, h, w, _dx + ((((long)index * _width) + w) * _channels));
    }

    private void Collect(int image, int h, int w, float* dx)
    {
        var found = false;
        for (var r = _geometry.KernelHeight - 1; r >= 0; r--)
        {
            var row = Window(h, r, _outHeight);
            if (row < 0)
                continue;
            for (var s = _geometry.KernelWidth - 1; s >= 0; s--)
            {
                var column = Window(w, s, _outWidth);
                if (column < 0)
                    continue;
                var output = ((((long)image * _outHeight) + row) * _outWidth + column) * _channels;
                ElementLoop<WinnerKernel>.RunAlone(_channels, new WinnerKernel(_dy + output, _argmax + output, (h * _width) + w, found, dx));
                found = true;
            }
        }
        if (!found)
            new Span<float>(dx, _channels).Clear();
    }

    /// <summary>The window whose tap <paramref name="tap"/> lies on an input coordinate, or -1.</summary>
    private int Window(int coordinate, int tap, int windows)
    {
        var start = coordinate + _geometry.Padding - (tap * _geometry.Dilation);
        return start >= 0 && start % _geometry.Stride == 0 && start / _geometry.Stride < windows ? start / _geometry.Stride : -1;
    }
}
