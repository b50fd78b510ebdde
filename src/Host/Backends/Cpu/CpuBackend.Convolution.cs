using System.Numerics;
using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue) =>
        Convolution(x, Filters(w), geometry, y, epilogue);

    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue) =>
        Convolution(x, ((PackedFilters)w).Panels, w.Geometry, y, epilogue with { Scale = ((PackedFilters)w).Scale });

    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type)
    {
        var packed = new PackedFilters(w, geometry, scale.IsNone ? Tensor.None : w.Device.Rent(scale.Shape, scale.Type, MemoryPurpose.Parameters));
        if (!scale.IsNone)
            Copy(scale, packed.Scale);
        Product.Pack(_team, Filters(w), packed.Panels, Taps(w.Shape), w.Shape[0]);
        return packed;
    }

    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate)
    {
        // Input pixels of one remainder (y, x) modulo the stride are reached through the same taps: each such class is a dense convolution of dy.
        for (var y = 0; y < Math.Min(geometry.Stride, dx.Shape[1]); y++)
            for (var x = 0; x < Math.Min(geometry.Stride, dx.Shape[2]); x++)
                InputGradientClass(dy, w, scale, geometry, dx, accumulate, y, x);
    }

    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate)
    {
        int filters = dw.Shape[0], taps = Taps(dw.Shape), positions = checked((int)dy.Shape.Rows);
        var left = new MatrixColumns(dy.Pointer<float>(), filters);
        Product.RunDeep<MatrixColumns, Windows, ColumnLayout>(_team, x.Device, left, WindowsOf(x, geometry), dw.Pointer<float>(), accumulate, filters, taps, positions);
    }

    private void Convolution<TRight>(Tensor x, in TRight filters, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue) where TRight : struct, IRightOperand
    {
        var output = new ProductOutput(y.Pointer<float>(), RowMap.Dense(y.Shape[3]))
        {
            Scale = epilogue.Scale.Pointer<float>(),
            Shift = epilogue.Shift.Pointer<float>(),
            Residual = epilogue.Residual.Pointer<float>(),
            Relu = epilogue.Relu,
        };
        var windows = WindowsOf(x, geometry);
        Product.Run<Windows, TRight, RowLayout>(_team, x.Device, windows, filters, output, checked((int)y.Shape.Rows), y.Shape[3], windows.Columns);
    }

    private void InputGradientClass(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate, int y, int x)
    {
        int images = dx.Shape[0], height = dx.Shape[1], width = dx.Shape[2], channels = dx.Shape[3], filters = dy.Shape[3], stride = geometry.Stride;
        var (tapsY, originY, dilation) = GradientTaps(geometry, geometry.KernelHeight, y);
        var (tapsX, originX, _) = GradientTaps(geometry, geometry.KernelWidth, x);
        var grid = new WindowGrid(Blocking.CeilingDivide(height - y, stride), Blocking.CeilingDivide(width - x, stride), tapsY.Count, tapsX.Count, 1, originY, originX, dilation);
        var windows = new Windows(dy.Pointer<float>(), dy.Shape[1], dy.Shape[2], filters, grid);
        var rows = new RowMap(grid.Height, grid.Width, (long)height * width * channels, (long)stride * width * channels, (long)stride * channels);
        var output = new ProductOutput(dx.Pointer<float>() + ((((long)y * width) + x) * channels), rows) { Accumulate = accumulate };
        var right = new FilterRows(w.Pointer<float>(), filters, channels, tapsY, tapsX, scale.Pointer<float>());
        Product.Run<Windows, FilterRows, RowLayout>(_team, dx.Device, windows, right, output, checked(images * grid.Height * grid.Width), channels, windows.Columns);
    }

    /// <summary>
    /// The taps along one axis through which input pixels with a given remainder modulo the stride are reached: those r for which
    /// (remainder + padding - r * dilation) is a multiple of the stride, the last first; the pixel of dy that it reads for the first such
    /// input pixel; and the distance in dy from tap to tap.
    /// </summary>
    private static (TapSet Taps, int Origin, int Dilation) GradientTaps(ConvolutionGeometry geometry, int extent, int remainder)
    {
        var step = geometry.Stride / (int)BigInteger.GreatestCommonDivisor(geometry.Stride, geometry.Dilation);
        int last = 0, count = 0;
        for (var tap = 0; tap < extent; tap++)
        {
            if ((remainder + geometry.Padding - (tap * geometry.Dilation)) % geometry.Stride == 0)
                (last, count) = (tap, count + 1);
        }
        var origin = (remainder + geometry.Padding - (last * geometry.Dilation)) / geometry.Stride;
        return (new TapSet(extent, count, last, step), origin, step * geometry.Dilation / geometry.Stride);
    }

    private static FilterColumns Filters(Tensor w) => new(w.Pointer<float>(), w.Shape[0], Taps(w.Shape));

    private static int Taps(Shape w) => checked(w[1] * w[2] * w[3]);

    private static Windows WindowsOf(Tensor x, ConvolutionGeometry geometry) =>
        new(x.Pointer<float>(), x.Shape[1], x.Shape[2], x.Shape[3], WindowGrid.Of(geometry, x.Shape[1], x.Shape[2]));
}
