namespace Retrieval.Host.Diagnostics;

/// <summary>Normalisation, pooling, images.</summary>
internal static partial class OperatorWork
{
    private const int ImageChannels = 3;

    /// <summary>Sum and sum of squares (3), normalised and scaled (2), residual and ReLU (1 each).</summary>
    public static Work BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd) =>
        new(Bytes(x, gamma, beta, residual, y, mean, invStd) + Updated(runningMean, runningVariance), x.Count * (5 + One(residual) + One(relu)));

    /// <summary>The ReLU's mask (1), xhat (2), two sums (3), dx (4).</summary>
    public static Work BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta) =>
        new(Bytes(x, y, dy, gamma, mean, invStd, dx, dResidual) + Updated(dGamma, dBeta), x.Count * (9 + One(y)));

    /// <summary>As batch normalisation; stored statistics of the tail are read, the batch's move the running ones.</summary>
    public static Work InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        var running = tail.Stored ? Bytes(tail.RunningMean, tail.RunningVariance) : Updated(tail.RunningMean, tail.RunningVariance);
        return new(Bytes(x, gamma, beta, tail.Gamma, tail.Beta, y, mean, invStd) + running, x.Count * (5 + One(relu)));
    }

    /// <summary>As batch normalisation.</summary>
    public static Work InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta) =>
        new(Bytes(x, y, dy, gamma, tail.Gamma, mean, invStd, dx) + Updated(dGamma, dBeta, dTailGamma, dTailBeta), x.Count * (9 + One(y)));

    /// <summary>Sum, root, division; product and difference: 5 a channel.</summary>
    public static Work FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, Tensor scale, Tensor shift) =>
        new(Bytes(gamma, beta, mean, variance, scale, shift), 5 * gamma.Count);

    public static Work ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y) =>
        new(Bytes(x, scale, shift, residual, y), x.Count * (2 + One(residual) + One(relu)));

    /// <summary>Inner product with the weights (2) and the scaled sum (2) of each weight.</summary>
    public static Work FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, Tensor dw, Tensor dGamma, Tensor dBeta) =>
        new(Bytes(w, folded, sum, gamma, mean, variance) + Updated(dw, dGamma, dBeta), 4 * w.Count);

    /// <summary>A comparison for each element of each window.</summary>
    public static Work MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax) =>
        new(Touched(x, geometry, y.Shape) + Bytes(y, argmax), y.Count * geometry.KernelHeight * geometry.KernelWidth);

    /// <summary>Pooling over all positions and its backward: a few operations for each element of the map.</summary>
    public static Work Pool(Tensor map, int perElement, params ReadOnlySpan<Tensor> others) => new(Bytes(map) + Bytes(others), map.Count * perElement);

    /// <summary>Clamp, power, sum: 3 for each element of the map.</summary>
    public static Work GemPool(Tensor x, Tensor p, Tensor y) => Pool(x, 3, p, y);

    /// <summary>Clamp, power, two products (4); with the exponent's gradient also power, logarithm, product and two sums (5).</summary>
    public static Work GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, Tensor dx, Tensor dp) =>
        Pool(x, dp.IsNone ? 4 : 9, y, dy, p, dx) + new Work(Updated(dp));

    /// <summary>The triangle filter over the boxes, rows first: 2 for each tap of 2 max(1, box / output) taps along each axis, then 2 to normalise. Changes of colour are not counted.</summary>
    public static Work PrepareImages(ReadOnlySpan<ImageSource> images, Tensor y)
    {
        double height = y.Shape[1], width = y.Shape[2], bytes = 0, flops = 2 * y.Count;
        foreach (var image in images)
        {
            bytes += (double)image.BoxWidth * image.BoxHeight * ImageChannels;
            flops += 4 * ImageChannels * ((image.BoxHeight * width * Math.Max(1, image.BoxWidth / width)) + (height * width * Math.Max(1, image.BoxHeight / height)));
        }
        return new Work((long)bytes + Bytes(y), (long)flops);
    }

    private static int One(Tensor tensor) => tensor.IsNone ? 0 : 1;

    private static int One(bool condition) => condition ? 1 : 0;
}
