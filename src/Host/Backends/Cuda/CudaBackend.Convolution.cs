using Retrieval.Host.Backends.Cuda.Convolutions;
using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string FoldWeightsModule = "fold_weights";

    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue)
    {
        if (y.Count == 0)
            return;
        var weights = Ready(w, epilogue.Scale, x.Type, MemoryPurpose.Workspace);
        Forward(x, weights, geometry, y, epilogue);
        if (weights.Address != w.Address)
            w.Device.Return(weights);
    }

    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue)
    {
        if (y.Count > 0)
            Forward(x, ((DeviceWeights)w).Values, w.Geometry, y, epilogue);
    }

    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type)
    {
        var values = w.Device.Rent(w.Shape, type, MemoryPurpose.Parameters);
        Fold(w, scale, values);
        return new DeviceWeights(values, geometry);
    }

    private void Forward(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue)
    {
        var images = ImagesAtOnce(x.Shape, y.Shape);
        for (var first = 0; first < x.Shape[0]; first += images)
        {
            var count = Math.Min(images, x.Shape[0] - first);
            var residual = epilogue.Residual.IsNone ? Tensor.None : epilogue.Residual.Slice(first, count);
            ForwardPart(x.Slice(first, count), w, geometry, y.Slice(first, count), epilogue with { Residual = residual });
        }
    }

    private void ForwardPart(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue)
    {
        var (shift, residual) = (epilogue.Shift, epilogue.Residual);
        var plain = Problem(ConvolutionPass.Forward, x, y, geometry, y.Type, x.Address | w.Address | y.Address | shift.Address | residual.Address);
        var fused = plain with { Shift = !shift.IsNone, Residual = !residual.IsNone, Relu = epilogue.Relu };
        if (TryConvolve(fused, new ConvolutionOperands(x.Address, w.Address, y.Address, shift.Address, residual.Address), y))
            return;
        if (!fused.IsFused || !TryConvolve(plain, new ConvolutionOperands(x.Address, w.Address, y.Address), y))
            throw NoEngine(plain);
        ScaleShift(Cut(y, y.Address, residual.Address), y, Tensor.None, Tensor.None, Tensor.None, shift, residual, epilogue.Relu, y);
    }

    /// <summary>Weights of the maps' type with the scale in them: the very tensor where it is that, else a rented one.</summary>
    private Tensor Ready(Tensor w, Tensor scale, ElementType type, MemoryPurpose purpose)
    {
        if (scale.IsNone && w.Type == type)
            return w;
        var ready = w.Device.Rent(w.Shape, type, purpose);
        Fold(w, scale, ready);
        return ready;
    }

    /// <summary>y = scale * w per filter, or y = w without a scale, rounded to y's type.</summary>
    private void Fold(Tensor w, Tensor scale, Tensor y)
    {
        if (scale.IsNone)
        {
            if (w.Type == y.Type)
                Copy(w, y);
            else
                Cast(w, y);
            return;
        }
        var filters = w.Shape[0];
        var length = filters == 0 ? 0 : w.Count / filters;
        var variant = Vectorised(y.Type, length, w.Address, y.Address);
        var kernel = w.Type == y.Type ? "fold_weights" : "fold_weights_narrow";
        Launch(FoldWeightsModule, kernel, variant, new LaunchShape(filters, 128), new FoldWeights(w.Address, scale.Address, y.Address, length / Width(variant)));
    }

    private ConvolutionProblem Problem(ConvolutionPass pass, Tensor input, Tensor output, ConvolutionGeometry geometry, ElementType result, nint addresses) =>
        new(pass, input.Shape, output.Shape[3], geometry, input.Type, result, addresses % PackByteCount == 0 ? PackByteCount : input.Type.ByteSize())
        {
            Strict = _precision == Precision.Float32 && input.Type == ElementType.Float32,
        };

    private bool TryConvolve(ConvolutionProblem problem, ConvolutionOperands operands, Tensor result)
    {
        var convolutions = Convolutions();
        lock (_context.Queue)
        {
            _context.Enter();
            if (!convolutions.TryRun(problem, operands, result, _recording))
                return false;
            AfterLibraryCall("cudnnBackendExecute");
            return true;
        }
    }

    /// <summary>How many images of a batch the library takes at a time: its engines count a tensor's elements in 32 bits.</summary>
    /// <exception cref="DeviceException">Not even one.</exception>
    internal static int ImagesAtOnce(Shape x, Shape y)
    {
        var largest = Math.Max(1, Math.Max(x.Count, y.Count) / Math.Max(1, x[0]));
        return largest <= int.MaxValue ? (int)Math.Min(Math.Max(1, x[0]), int.MaxValue / largest)
            : throw new DeviceException($"convolution: a map of {largest} values for one image, expected at most {int.MaxValue}: use smaller images");
    }

    private DeviceException NoEngine(ConvolutionProblem problem) =>
        new($"cuDNN {Convolutions().Version} on {_name} ({_context.Facts.Name}) has no engine for {problem}: try another --precision, or a newer cuDNN");
}
