namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Batch normalisation with the batch's own statistics: y = relu?( (x - mean) * invStd * gamma + beta + residual ), mean and biased
    /// variance over all but the last axis. The running statistics move by new = (1 - momentum) old + momentum batch, the variance unbiased.
    /// </summary>
    /// <param name="x">[..., C].</param>
    /// <param name="gamma">Scale [C].</param>
    /// <param name="beta">Shift [C].</param>
    /// <param name="runningMean">[C], updated; or none.</param>
    /// <param name="runningVariance">[C], updated; or none.</param>
    /// <param name="momentum">Share of the batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="residual">Optional, shape of x, added before the ReLU.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="y">Output, shape of x; may be x itself.</param>
    /// <param name="mean">Receives the batch mean [C].</param>
    /// <param name="invStd">Receives 1 / sqrt(variance + epsilon) [C].</param>
    public void BatchNormTraining(Tensor x, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        Tensor residual, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        const string op = nameof(BatchNormTraining);
        Require.Activations(op, "x", x, _device);
        Require.That(x.Shape.Rank >= 2 && x.Shape.Rows > 0, op, $"x has shape {x.Shape}, expected [..., C] with at least one row");
        RequirePerChannel(op, x.Shape.Last, ("gamma", gamma), ("beta", beta), ("mean", mean), ("invStd", invStd));
        Require.Optional(op, "runningMean", runningMean, new Shape(x.Shape.Last), _device);
        Require.Optional(op, "runningVariance", runningVariance, new Shape(x.Shape.Last), _device);
        Require.Optional(op, "residual", residual, x.Shape, _device, x.Type);
        Require.Shape(op, "y", y, x.Shape, _device, x.Type);
        _backend.BatchNormTraining(x, gamma, beta, runningMean, runningVariance, momentum, epsilon, residual, relu, y, mean, invStd);
    }

    /// <summary>
    /// Backward of <see cref="BatchNormTraining"/>. With g = dy where y &gt; 0 (all of dy when y is none):
    /// dBeta += sum g; dGamma += sum g xhat; dx = gamma invStd (g - mean(g) - xhat mean(g xhat)); dResidual = g.
    /// </summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="y">Output of the forward pass when it had a ReLU, else none.</param>
    /// <param name="dy">Gradient of y.</param>
    /// <param name="gamma">Scale [C].</param>
    /// <param name="mean">Saved mean [C].</param>
    /// <param name="invStd">Saved inverse deviation [C].</param>
    /// <param name="dx">Receives the gradient; may be <paramref name="dy"/> itself unless <paramref name="dResidual"/> is that.</param>
    /// <param name="dResidual">Receives g, or none; may be <paramref name="dy"/> itself.</param>
    /// <param name="dGamma">[C], added to.</param>
    /// <param name="dBeta">[C], added to.</param>
    public void BatchNormTrainingBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, Tensor dx, Tensor dResidual, Tensor dGamma, Tensor dBeta)
    {
        const string op = nameof(BatchNormTrainingBackward);
        Require.Activations(op, "x", x, _device);
        RequirePerChannel(op, x.Shape.Last, ("gamma", gamma), ("mean", mean), ("invStd", invStd), ("dGamma", dGamma), ("dBeta", dBeta));
        Require.Optional(op, "y", y, x.Shape, _device, x.Type);
        Require.Shape(op, "dy", dy, x.Shape, _device, x.Type);
        Require.Shape(op, "dx", dx, x.Shape, _device, x.Type);
        Require.Optional(op, "dResidual", dResidual, x.Shape, _device, x.Type);
        Require.That(dResidual.IsNone || dResidual.Address != dx.Address, op, "dx and dResidual are the same memory");
        _backend.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dx, dResidual, dGamma, dBeta);
    }

    /// <summary>Folds stored statistics into one scale and shift: scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale; all [C].</summary>
    public void FoldBatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon, Tensor scale, Tensor shift)
    {
        const string op = nameof(FoldBatchNorm);
        RequirePerChannel(op, gamma.Shape.Last, ("gamma", gamma), ("beta", beta), ("mean", mean), ("variance", variance), ("scale", scale), ("shift", shift));
        _backend.FoldBatchNorm(gamma, beta, mean, variance, epsilon, scale, shift);
    }

    /// <summary>y = relu?( x * scale + shift + residual ) per channel; x, y, residual [..., C]; scale, shift [C]. y may be x.</summary>
    public void ScaleShift(Tensor x, Tensor scale, Tensor shift, Tensor residual, bool relu, Tensor y)
    {
        const string op = nameof(ScaleShift);
        Require.Activations(op, "x", x, _device);
        RequirePerChannel(op, x.Shape.Last, ("scale", scale), ("shift", shift));
        Require.Optional(op, "residual", residual, x.Shape, _device, x.Type);
        Require.Shape(op, "y", y, x.Shape, _device, x.Type);
        _backend.ScaleShift(x, scale, shift, residual, relu, y);
    }

    /// <summary>
    /// Gradients of a convolution followed by a normalisation with stored statistics, from the gradient <paramref name="folded"/> that the
    /// convolution's weights would have without the normalisation and the column sums of the gradient behind it. Because the
    /// sum over positions of g z equals the inner product of w with folded, the convolution's output z is not needed:
    /// dw += scale folded; dGamma += invStd ( (w . folded) - mean sum ); dBeta += sum, with invStd = 1 / sqrt(variance + epsilon), scale = gamma invStd.
    /// </summary>
    /// <param name="w">Weights [K, R, S, C].</param>
    /// <param name="folded">Gradient [K, R, S, C].</param>
    /// <param name="sum">Column sums [K] of the gradient behind the normalisation.</param>
    /// <param name="gamma">[K].</param>
    /// <param name="mean">[K].</param>
    /// <param name="variance">[K].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="dw">[K, R, S, C], added to.</param>
    /// <param name="dGamma">[K], added to.</param>
    /// <param name="dBeta">[K], added to.</param>
    public void FrozenNormGradients(Tensor w, Tensor folded, Tensor sum, Tensor gamma, Tensor mean, Tensor variance, float epsilon, Tensor dw, Tensor dGamma, Tensor dBeta)
    {
        const string op = nameof(FrozenNormGradients);
        Require.Rank(op, "w", w, 4, _device);
        Require.Shape(op, "folded", folded, w.Shape, _device);
        Require.Shape(op, "dw", dw, w.Shape, _device);
        RequirePerChannel(op, w.Shape[0], ("sum", sum), ("gamma", gamma), ("mean", mean), ("variance", variance), ("dGamma", dGamma), ("dBeta", dBeta));
        _backend.FrozenNormGradients(w, folded, sum, gamma, mean, variance, epsilon, dw, dGamma, dBeta);
    }

    /// <summary>
    /// Batch normalisation of a few rows, some of which may only fill the batch: y = (x - mean) * invStd * gamma + beta, with mean and biased variance over
    /// the real rows. The running statistics move by new = (1 - momentum) old + momentum batch, the variance unbiased; without a
    /// real row they stay. Where frozen, the running statistics serve and stay. Rows that are not real give 0.
    /// </summary>
    /// <param name="x">[N, D].</param>
    /// <param name="real">Int32 [N], 0 for rows that are not real; none: all are.</param>
    /// <param name="gamma">Scale [D].</param>
    /// <param name="beta">Shift [D].</param>
    /// <param name="runningMean">[D].</param>
    /// <param name="runningVariance">[D].</param>
    /// <param name="momentum">Share of the batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="frozen">Whether the running statistics are used as they are.</param>
    /// <param name="y">[N, D]; may be x.</param>
    /// <param name="mean">Receives the mean [D] that was used.</param>
    /// <param name="invStd">Receives 1 / sqrt(variance + epsilon) [D].</param>
    public void BatchNormRows(Tensor x, Tensor real, Tensor gamma, Tensor beta, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon,
        bool frozen, Tensor y, Tensor mean, Tensor invStd)
    {
        const string op = nameof(BatchNormRows);
        Require.Rank(op, "x", x, 2, _device);
        RequirePerChannel(op, x.Shape.Last, ("gamma", gamma), ("beta", beta), ("runningMean", runningMean), ("runningVariance", runningVariance), ("mean", mean), ("invStd", invStd));
        Require.Optional(op, "real", real, new Shape(x.Shape[0]), _device, ElementType.Int32);
        Require.Shape(op, "y", y, x.Shape, _device);
        _backend.BatchNormRows(x, real, gamma, beta, runningMean, runningVariance, momentum, epsilon, frozen, y, mean, invStd);
    }

    /// <summary>
    /// Backward of <see cref="BatchNormRows"/>. With g = dy in real rows: dGamma += sum g xhat; dx = gamma invStd (g - mean(g) - xhat mean(g xhat)), or gamma invStd g
    /// where frozen. Rows that are not real get 0, and what stands in their dy is not looked at.
    /// </summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="real">As in the forward pass.</param>
    /// <param name="dy">Gradient of y.</param>
    /// <param name="gamma">Scale [D].</param>
    /// <param name="mean">Saved mean [D].</param>
    /// <param name="invStd">Saved inverse deviation [D].</param>
    /// <param name="frozen">As in the forward pass.</param>
    /// <param name="dx">Receives the gradient; may be dy.</param>
    /// <param name="dGamma">[D], added to.</param>
    public void BatchNormRowsBackward(Tensor x, Tensor real, Tensor dy, Tensor gamma, Tensor mean, Tensor invStd, bool frozen, Tensor dx, Tensor dGamma)
    {
        const string op = nameof(BatchNormRowsBackward);
        Require.Rank(op, "x", x, 2, _device);
        RequirePerChannel(op, x.Shape.Last, ("gamma", gamma), ("mean", mean), ("invStd", invStd), ("dGamma", dGamma));
        Require.Optional(op, "real", real, new Shape(x.Shape[0]), _device, ElementType.Int32);
        Require.Shape(op, "dy", dy, x.Shape, _device);
        Require.Shape(op, "dx", dx, x.Shape, _device);
        _backend.BatchNormRowsBackward(x, real, dy, gamma, mean, invStd, frozen, dx, dGamma);
    }

    private void RequirePerChannel(string op, int channels, params ReadOnlySpan<(string Name, Tensor Tensor)> tensors)
    {
        foreach (var (name, tensor) in tensors)
            Require.Shape(op, name, tensor, new Shape(channels), _device);
    }
}
