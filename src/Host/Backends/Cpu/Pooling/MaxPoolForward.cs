using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Windowed maximum, one output row a piece.</summary>
internal readonly unsafe struct MaxPoolForward : IParallelBody
{
    private readonly int _height, _width, _channels, _outHeight, _outWidth;
    private readonly ConvolutionGeometry _geometry;
    private readonly float* _x, _y;
    private readonly int* _argmax;

    public MaxPoolForward(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax)
    {
        (_height, _width, _channels) = (x.Shape[1], x.Shape[2], x.Shape[3]);
        (_outHeight, _outWidth, _geometry) = (y.Shape[1], y.Shape[2], geometry);
        _x = x.Pointer<float>();
        _y = y.Pointer<float>();
        _argmax = argmax.Pointer<int>();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var map = _x + ((long)(index / _outHeight) * _height * _width * _channels);
        var rows = new PoolWindow(index % _outHeight, _geometry.KernelHeight, _height, _geometry);
        for (var column = 0; column < _outWidth; column++)
        {
            var output = (((long)index * _outWidth) + column) * _channels;
            var argmax = _argmax == null ? null : _argmax + output;
            var columns = new PoolWindow(column, _geometry.KernelWidth, _width, _geometry);
            if (rows.Count > 0 && columns.Count > 0)
                LaneSweep.Run(new WindowMaximumKernel(map, _width, _channels, rows, columns, _geometry.Dilation, _y + output, argmax), 0, _channels);
            else
                FillEmpty(_y + output, argmax);
        }
    }

    private void FillEmpty(float* y, int* argmax)
    {
        new Span<float>(y, _channels).Fill(float.NegativeInfinity);
        if (argmax != null)
            new Span<int>(argmax, _channels).Fill(-1);
    }
}
