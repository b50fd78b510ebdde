using Retrieval.Host.Backends.Cuda.Convolutions;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate)
    {
        if (dx.Count == 0 || NothingComesBack(dy, dx, accumulate))
            return;
        var weights = Ready(w, scale, dy.Type, MemoryPurpose.Workspace);
        var images = ImagesAtOnce(dx.Shape, dy.Shape);
        for (var first = 0; first < dx.Shape[0]; first += images)
        {
            var count = Math.Min(images, dx.Shape[0] - first);
            InputGradientPart(dy.Slice(first, count), weights, geometry, dx.Slice(first, count), accumulate);
        }
        if (weights.Address != w.Address)
            w.Device.Return(weights);
    }

    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate)
    {
        if (dw.Count == 0 || NothingComesBack(dy, dw, accumulate))
            return;
        var images = ImagesAtOnce(x.Shape, dy.Shape);
        for (var first = 0; first < x.Shape[0]; first += images)
        {
            var count = Math.Min(images, x.Shape[0] - first);
            WeightGradientPart(x.Slice(first, count), dy.Slice(first, count), geometry, dw, accumulate || first > 0);
        }
    }

    private void InputGradientPart(Tensor dy, Tensor w, ConvolutionGeometry geometry, Tensor dx, bool accumulate)
    {
        var problem = Problem(ConvolutionPass.InputGradient, dx, dy, geometry, dx.Type, dx.Address | w.Address | dy.Address) with { Accumulate = accumulate };
        if (TryConvolve(problem, new ConvolutionOperands(dx.Address, w.Address, dy.Address), dx))
            return;
        if (!accumulate)
            throw NoEngine(problem);
        var sum = dx.Device.Rent(dx.Shape, dx.Type, MemoryPurpose.Workspace);
        InputGradientPart(dy, w, geometry, sum, accumulate: false);
        AddScaled(1, sum, 1, dx);
        dx.Device.Return(sum);
    }

    private void WeightGradientPart(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate)
    {
        var problem = Problem(ConvolutionPass.WeightGradient, x, dy, geometry, dw.Type, x.Address | dw.Address | dy.Address) with { Accumulate = accumulate };
        if (TryConvolve(problem, new ConvolutionOperands(x.Address, dw.Address, dy.Address), dw))
            return;
        // Without an engine that adds: into scratch memory first. Without one that widens: in bfloat16 first.
        if (!accumulate && x.Type == dw.Type)
            throw NoEngine(problem);
        var part = dw.Device.Rent(dw.Shape, accumulate ? dw.Type : x.Type, MemoryPurpose.Workspace);
        WeightGradientPart(x, dy, geometry, part, accumulate: false);
        if (accumulate)
            AddScaled(1, part, 1, dw);
        else
            Cast(part, dw);
        dw.Device.Return(part);
    }

    /// <summary>Where there is no output there is no gradient either: the result is 0.</summary>
    private bool NothingComesBack(Tensor dy, Tensor result, bool accumulate)
    {
        if (dy.Count > 0)
            return false;
        if (!accumulate)
            Fill(result, 0);
        return true;
    }
}
