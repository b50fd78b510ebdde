namespace Retrieval.Host.Backends.Cpu.Classes;

/// <summary>Cross-entropy of one row of logits after another: its loss, its gradient, and whether the label comes out first.</summary>
/// <param name="rows">Labels.</param>
/// <param name="logits">[N, classes].</param>
/// <param name="classes">C.</param>
/// <param name="smoothing">0 to 1.</param>
/// <param name="factor">Factor of the gradient.</param>
/// <param name="gradients">[N, classes]; may be the logits.</param>
/// <param name="losses">[N].</param>
/// <param name="correct">[N]: 1 where the label comes out first.</param>
internal readonly unsafe struct CrossEntropyRows(ClassRows rows, float* logits, int classes, float smoothing, float factor, float* gradients, double* losses, int* correct) : IParallelBody
{
    public void Run(int index, int worker)
    {
        var gradient = gradients + ((long)index * classes);
        (losses[index], correct[index]) = (0, 0);
        if (!rows.IsReal(index))
        {
            new Span<float>(gradient, classes).Clear();
            return;
        }
        var z = logits + ((long)index * classes);
        var label = rows.Label(index);
        var own = z[label];
        var largest = SoftmaxSums.Largest(z, classes);
        correct[index] = own == largest && new ReadOnlySpan<float>(z, label).IndexOf(largest) < 0 ? 1 : 0;
        // The gradient's memory holds the exponentials meanwhile.
        var (sum, plain) = SoftmaxSums.Exponentials(z, classes, largest, gradient);
        losses[index] = largest + Math.Log(sum) - ((1.0 - smoothing) * own) - ((double)smoothing / classes * plain);
        LaneSweep.Run(new SoftmaxGradientKernel(gradient, (float)(factor / sum), -factor * smoothing / classes), 0, classes);
        gradient[label] -= factor * (1 - smoothing);
    }
}
