namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Instance normalisation: y = relu?( (x - mean) * invStd * gamma + beta ), mean and biased variance of each image and channel by itself. With
    /// a tail the first I channels are normalised so, and the others by batch normalisation.
    /// </summary>
    /// <param name="x">[N, H, W, C].</param>
    /// <param name="gamma">Scale [I]; I is C without a tail.</param>
    /// <param name="beta">Shift [I].</param>
    /// <param name="tail">Batch normalisation of the last C - I channels, or the default for none.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="y">Output, shape of x; may be x itself.</param>
    /// <param name="mean">Receives the mean that each image's channel was normalised with [N, C].</param>
    /// <param name="invStd">Receives 1 / sqrt(variance + epsilon) [N, C].</param>
    public void InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, float epsilon, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        const string op = nameof(InstanceNorm);
        RequireInstances(op, x, gamma, tail, mean, invStd);
        Require.Shape(op, "beta", beta, gamma.Shape, _device);
        Require.Shape(op, "y", y, x.Shape, _device, x.Type);
        if (tail.Channels > 0)
        {
            Require.Shape(op, "tail.Beta", tail.Beta, tail.Gamma.Shape, _device);
            Require.Optional(op, "tail.RunningMean", tail.RunningMean, tail.Gamma.Shape, _device);
            Require.Optional(op, "tail.RunningVariance", tail.RunningVariance, tail.Gamma.Shape, _device);
            Require.That(!tail.Stored || !(tail.RunningMean.IsNone || tail.RunningVariance.IsNone), op, "a tail with stored statistics lacks them");
        }
        _backend.InstanceNorm(x, gamma, beta, tail, epsilon, relu, y, mean, invStd);
    }

    /// <summary>
    /// Backward of <see cref="InstanceNorm"/>. With g = dy where y &gt; 0 (all of dy when y is none) and xhat = (x - mean) invStd: dBeta += sum g; dGamma += sum g xhat;
    /// dx = gamma invStd (g - mean(g) - xhat mean(g xhat)), the means over what the statistics were taken from; where they were stored, dx = gamma invStd g.
    /// </summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="y">Output of the forward pass when it had a ReLU, else none.</param>
    /// <param name="dy">Gradient of y.</param>
    /// <param name="gamma">Scale [I].</param>
    /// <param name="tail">Tail of the forward pass; its scale alone is read.</param>
    /// <param name="mean">Saved means [N, C].</param>
    /// <param name="invStd">Saved inverse deviations [N, C].</param>
    /// <param name="dx">Receives the gradient; may be <paramref name="dy"/> itself.</param>
    /// <param name="dGamma">[I], added to.</param>
    /// <param name="dBeta">[I], added to.</param>
    /// <param name="dTailGamma">[C - I], added to; none without a tail.</param>
    /// <param name="dTailBeta">[C - I], added to; none without a tail.</param>
    public void InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta)
    {
        const string op = nameof(InstanceNormBackward);
        RequireInstances(op, x, gamma, tail, mean, invStd);
        Require.Optional(op, "y", y, x.Shape, _device, x.Type);
        Require.Shape(op, "dy", dy, x.Shape, _device, x.Type);
        Require.Shape(op, "dx", dx, x.Shape, _device, x.Type);
        RequirePerChannel(op, gamma.Shape[0], ("dGamma", dGamma), ("dBeta", dBeta));
        if (tail.Channels > 0)
            RequirePerChannel(op, tail.Channels, ("dTailGamma", dTailGamma), ("dTailBeta", dTailBeta));
        _backend.InstanceNormBackward(x, y, dy, gamma, tail, mean, invStd, dx, dGamma, dBeta, dTailGamma, dTailBeta);
    }

    private void RequireInstances(string op, Tensor x, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd)
    {
        Require.Map(op, "x", x, _device);
        Require.Rank(op, "gamma", gamma, 1, _device);
        Require.That(x.Shape[1] > 0 && x.Shape[2] > 0, op, $"x has shape {x.Shape}, expected [N, H, W, C] with at least one position");
        if (!tail.Gamma.IsNone)
            Require.Rank(op, "tail.Gamma", tail.Gamma, 1, _device);
        Require.That(gamma.Shape[0] + tail.Channels == x.Shape[3], op, $"gamma has {gamma.Shape[0]} channels and the tail {tail.Channels}, expected {x.Shape[3]} together");
        Require.Shape(op, "mean", mean, new Shape(x.Shape[0], x.Shape[3]), _device);
        Require.Shape(op, "invStd", invStd, mean.Shape, _device);
    }
}
