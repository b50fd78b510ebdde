using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Each input position collects from the windows that chose it, one input row a piece: no two pieces write the same place.</summary>
internal readonly unsafe struct MaxPoolBackward : IParallelBody
{
    private readonly int _height, _width, _channels, _outHeight, _outWidth;
    private readonly ConvolutionGeometry _geometry;
    private readonly float* _dy, _dx;
    private readonly int* _argmax;

    public MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx)
    {
        (_height, _width, _channels) = (dx.Shape[1], dx.Shape[2], dx.Shape[3]);
        (_outHeight, _outWidth, _geometry) = (dy.Shape[1], dy.Shape[2], geometry);
        _dy = dy.Pointer<float>();
        _dx = dx.Pointer<float>();
        _argmax = argmax.Pointer<int>();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        int image = index / _height, h = index % _height;
        var (firstRow, rows) = Windows(h, _geometry.KernelHeight, _outHeight);
        for (var w = 0; w < _width; w++)
        {
            var (firstColumn, columns) = Windows(w, _geometry.KernelWidth, _outWidth);
            var first = ((((long)image * _outHeight) + firstRow) * _outWidth + firstColumn) * _channels;
            var kernel = new WindowGatherKernel(_dy + first, _argmax + first, rows, columns, _outWidth, _channels, (h * _width) + w,
                _dx + ((((long)index * _width) + w) * _channels));
            LaneSweep.Run(kernel, 0, _channels);
        }
    }

    /// <summary>The windows that span an input coordinate; those whose taps step over it did not choose it.</summary>
    private (int First, int Count) Windows(int coordinate, int kernel, int windows)
    {
        var last = Math.Min(windows - 1, (coordinate + _geometry.Padding) / _geometry.Stride);
        var behind = coordinate + _geometry.Padding - (_geometry.Dilation * (kernel - 1));
        var first = behind <= 0 ? 0 : (behind + _geometry.Stride - 1) / _geometry.Stride;
        return (first, last - first + 1);
    }
}
