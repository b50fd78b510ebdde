namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax)
    {
        using var call = Begin(nameof(MaxPool), OperatorWork.MaxPool(x, geometry, y, argmax), x);
        inner.MaxPool(x, geometry, y, argmax);
    }

    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx)
    {
        using var call = Begin(nameof(MaxPoolBackward), OperatorWork.Elements(dy, 1, argmax, dx), dx);
        inner.MaxPoolBackward(dy, argmax, geometry, dx);
    }

    public void SpocPool(Tensor x, Tensor y)
    {
        using var call = Begin(nameof(SpocPool), OperatorWork.Pool(x, 1, y), x);
        inner.SpocPool(x, y);
    }

    public void SpocPoolBackward(Tensor dy, Tensor dx)
    {
        using var call = Begin(nameof(SpocPoolBackward), OperatorWork.Pool(dx, 0, dy), dx);
        inner.SpocPoolBackward(dy, dx);
    }

    public void MacPool(Tensor x, Tensor y, Tensor argmax)
    {
        using var call = Begin(nameof(MacPool), OperatorWork.Pool(x, 1, y, argmax), x);
        inner.MacPool(x, y, argmax);
    }

    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx)
    {
        using var call = Begin(nameof(MacPoolBackward), OperatorWork.Pool(dx, 0, dy, argmax), dx);
        inner.MacPoolBackward(dy, argmax, dx);
    }

    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y)
    {
        using var call = Begin(nameof(GemPool), OperatorWork.GemPool(x, p, y), x);
        inner.GemPool(x, p, epsilon, y);
    }

    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp)
    {
        using var call = Begin(nameof(GemPoolBackward), OperatorWork.GemPoolBackward(x, y, dy, p, dx, dp), x);
        inner.GemPoolBackward(x, y, dy, p, epsilon, dx, dp);
    }

    public void AggregateScales(Tensor x, float p, Tensor y)
    {
        using var call = Begin(nameof(AggregateScales), OperatorWork.AggregateScales(x, y), x);
        inner.AggregateScales(x, p, y);
    }

    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y)
    {
        using var call = Begin(nameof(PrepareImages), OperatorWork.PrepareImages(images, y), y);
        inner.PrepareImages(pixels, images, mean, std, y);
    }
}
