namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Centre loss, loss and gradient in one call: the mean of |x_i - c_(y_i)|^2 over the real rows; 0 where there are none.
    /// </summary>
    /// <param name="x">[N, D].</param>
    /// <param name="labels">Int32 [N], each below the number of classes; those of padding are not looked at.</param>
    /// <param name="real">Int32 [N], 0 for a padding row, which is left out; or none.</param>
    /// <param name="centers">[classes, D].</param>
    /// <param name="weight">Factor of loss and gradients.</param>
    /// <param name="loss">[1], added to.</param>
    /// <param name="dx">[N, D], added to.</param>
    /// <param name="dCenters">[classes, D], added to.</param>
    public void CenterLoss(Tensor x, Tensor labels, Tensor real, Tensor centers, float weight, Tensor loss, Tensor dx, Tensor dCenters)
    {
        const string op = nameof(CenterLoss);
        RequireLoss(op, x, labels, loss, dx);
        Require.Optional(op, "real", real, labels.Shape, _device, ElementType.Int32);
        Require.Rank(op, "centers", centers, 2, _device);
        Require.That(centers.Shape[1] == x.Shape[1], op, $"centers has shape {centers.Shape}, expected rows of {x.Shape[1]}");
        Require.Shape(op, "dCenters", dCenters, centers.Shape, _device);
        _backend.CenterLoss(x, labels, real, centers, weight, loss, dx, dCenters);
    }

    /// <summary>
    /// Label-smoothed cross-entropy of logits, loss and gradient in one call: the mean over the real rows of -sum_c t_c log softmax(z)_c with
    /// t = (1 - smoothing) onehot + smoothing / C; 0 where there are no real rows.
    /// </summary>
    /// <param name="logits">[N, C].</param>
    /// <param name="labels">Int32 [N], each below C; those of padding are not looked at.</param>
    /// <param name="real">Int32 [N], 0 for a padding row, which is left out; or none.</param>
    /// <param name="smoothing">0 (plain cross-entropy) to 1.</param>
    /// <param name="weight">Factor of loss and gradient.</param>
    /// <param name="loss">[1], added to.</param>
    /// <param name="dLogits">Receives the gradient [N, C], 0 for padding; may be the logits.</param>
    /// <param name="correct">Receives, Int32 [1], how many real rows have their largest logit, the first of equals, at their label; or none.</param>
    public void CrossEntropy(Tensor logits, Tensor labels, Tensor real, float smoothing, float weight, Tensor loss, Tensor dLogits, Tensor correct)
    {
        const string op = nameof(CrossEntropy);
        RequireLoss(op, logits, labels, loss, dLogits);
        Require.Optional(op, "real", real, labels.Shape, _device, ElementType.Int32);
        Require.That(smoothing is >= 0 and <= 1, op, $"smoothing is {smoothing}, expected 0 to 1");
        Require.Optional(op, "correct", correct, new Shape(1), _device, ElementType.Int32);
        _backend.CrossEntropy(logits, labels, real, smoothing, weight, loss, dLogits, correct);
    }
}
