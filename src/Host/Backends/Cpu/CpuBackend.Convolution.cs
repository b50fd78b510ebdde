namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue) =>
        _team.For(y.Shape[0] * y.Shape[1], new ConvolutionRow(x, w, geometry, y, epilogue));

    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue) =>
        Convolution(x, ((PlainWeights)w).Values, w.Geometry, y, epilogue);

    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry) => new PlainWeights(w, geometry);

    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate) =>
        _team.For(dx.Shape[0], new InputGradientImage(dy, w, scale, geometry, dx, accumulate));

    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate) =>
        _team.For(dw.Shape[0], new WeightGradientChannel(x, dy, geometry, dw, accumulate));

    private sealed class PlainWeights : PreparedWeights
    {
        public PlainWeights(Tensor w, ConvolutionGeometry geometry) : base(w.Shape, geometry)
        {
            Values = w.Device.Rent(w.Shape, purpose: MemoryPurpose.Parameters);
            new ReadOnlySpan<float>(w.Pointer<float>(), (int)w.Count).CopyTo(new Span<float>(Values.Pointer<float>(), (int)w.Count));
        }

        public Tensor Values { get; private set; }

        protected override void Dispose(bool disposing)
        {
            if (!Values.IsNone)
                Values.Device.Return(Values);
            Values = default;
        }
    }

    private readonly struct ConvolutionRow(Tensor x, Tensor w, ConvolutionGeometry g, Tensor y, ConvolutionEpilogue epilogue) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            int n = index / y.Shape[1], oy = index % y.Shape[1], height = x.Shape[1], width = x.Shape[2], channels = x.Shape[3], filters = y.Shape[3];
            for (var ox = 0; ox < y.Shape[2]; ox++)
            {
                var at = (((long)index * y.Shape[2]) + ox) * filters;
                for (var k = 0; k < filters; k++)
                {
                    float sum = 0;
                    for (var r = 0; r < g.KernelHeight; r++)
                    {
                        for (var s = 0; s < g.KernelWidth; s++)
                        {
                            int iy = (oy * g.Stride) - g.Padding + (r * g.Dilation), ix = (ox * g.Stride) - g.Padding + (s * g.Dilation);
                            if ((uint)iy < (uint)height && (uint)ix < (uint)width)
                                sum += DirectLoops.Dot(
                                    x.Pointer<float>() + (((((long)n * height) + iy) * width) + ix) * channels,
                                    w.Pointer<float>() + (((((long)k * g.KernelHeight) + r) * g.KernelWidth) + s) * channels,
                                    channels);
                        }
                    }
                    if (!epilogue.Scale.IsNone)
                        sum *= epilogue.Scale.Pointer<float>()[k];
                    if (!epilogue.Shift.IsNone)
                        sum += epilogue.Shift.Pointer<float>()[k];
                    if (!epilogue.Residual.IsNone)
                        sum += epilogue.Residual.Pointer<float>()[at + k];
                    y.Pointer<float>()[at + k] = epilogue.Relu ? MathF.Max(sum, 0) : sum;
                }
            }
        }
    }

    private readonly struct InputGradientImage(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry g, Tensor dx, bool accumulate) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            int height = dx.Shape[1], width = dx.Shape[2], channels = dx.Shape[3], filters = dy.Shape[3];
            if (!accumulate)
                new Span<float>(dx.Pointer<float>() + ((long)index * height * width * channels), height * width * channels).Clear();
            for (var oy = 0; oy < dy.Shape[1]; oy++)
                for (var ox = 0; ox < dy.Shape[2]; ox++)
                    for (var k = 0; k < filters; k++)
                    {
                        var value = dy.Pointer<float>()[(((((long)index * dy.Shape[1]) + oy) * dy.Shape[2]) + ox) * filters + k] * (scale.IsNone ? 1 : scale.Pointer<float>()[k]);
                        for (var r = 0; r < g.KernelHeight; r++)
                            for (var s = 0; s < g.KernelWidth; s++)
                            {
                                int iy = (oy * g.Stride) - g.Padding + (r * g.Dilation), ix = (ox * g.Stride) - g.Padding + (s * g.Dilation);
                                if ((uint)iy < (uint)height && (uint)ix < (uint)width)
                                    DirectLoops.Axpy(
                                        value,
                                        w.Pointer<float>() + (((((long)k * g.KernelHeight) + r) * g.KernelWidth) + s) * channels,
                                        dx.Pointer<float>() + (((((long)index * height) + iy) * width) + ix) * channels,
                                        channels);
                            }
                    }
        }
    }

    private readonly struct WeightGradientChannel(Tensor x, Tensor dy, ConvolutionGeometry g, Tensor dw, bool accumulate) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            int height = x.Shape[1], width = x.Shape[2], channels = x.Shape[3], filters = dy.Shape[3], run = g.KernelHeight * g.KernelWidth * channels;
            var target = dw.Pointer<float>() + ((long)index * run);
            if (!accumulate)
                new Span<float>(target, run).Clear();
            for (var n = 0; n < x.Shape[0]; n++)
                for (var oy = 0; oy < dy.Shape[1]; oy++)
                    for (var ox = 0; ox < dy.Shape[2]; ox++)
                    {
                        var value = dy.Pointer<float>()[(((((long)n * dy.Shape[1]) + oy) * dy.Shape[2]) + ox) * filters + index];
                        for (var r = 0; r < g.KernelHeight; r++)
                            for (var s = 0; s < g.KernelWidth; s++)
                            {
                                int iy = (oy * g.Stride) - g.Padding + (r * g.Dilation), ix = (ox * g.Stride) - g.Padding + (s * g.Dilation);
                                if ((uint)iy < (uint)height && (uint)ix < (uint)width)
                                    DirectLoops.Axpy(value, x.Pointer<float>() + (((((long)n * height) + iy) * width) + ix) * channels, target + (((r * g.KernelWidth) + s) * channels), channels);
                            }
                    }
        }
    }
}
