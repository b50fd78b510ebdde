using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Support;

/// <summary>Holds backward passes against central differences of their forward passes.</summary>
internal static class FiniteDifferences
{
    /// <summary>
    /// Moves elements of <paramref name="x"/> up and down by a step and compares the change of the loss with the gradient. The error is
    /// taken against the largest element of the gradient. The step is coarse because losses come from single precision: it should
    /// keep their rounding, about 1e-7 / step, well below the tolerance, and the functions nearly cubic within it.
    /// </summary>
    /// <param name="x">What is moved; its values are restored.</param>
    /// <param name="gradient">The gradient to hold against, shape of x.</param>
    /// <param name="loss">Runs the forward pass on x's present values and gives the loss.</param>
    /// <param name="step">How far an element is moved.</param>
    /// <param name="tolerance">The largest error allowed.</param>
    /// <param name="samples">How many elements are tried, evenly spread; all of a smaller tensor.</param>
    public static void Check(Tensor x, Tensor gradient, Func<double> loss, double step = 1e-2, double tolerance = 2e-3, int samples = 96)
    {
        float[] values = x.ToArray<float>(), expected = gradient.ToArray<float>();
        Assert.Equal(values.Length, expected.Length);
        var scale = expected.Max(value => Math.Abs((double)value));
        Assert.True(scale > 0, "the gradient is zero everywhere: nothing to compare");
        var count = Math.Min(samples, values.Length);
        for (var sample = 0; sample < count; sample++)
        {
            var i = (int)((long)sample * values.Length / count);
            var slope = Slope(x, values, i, (float)step, loss);
            Assert.True(Math.Abs(slope - expected[i]) <= tolerance * scale, $"element {i}: differences give {slope:g6}, the gradient says {expected[i]:g6} (largest {scale:g3})");
        }
        x.Upload<float>(values);
    }

    /// <summary>The inner product of a tensor with fixed weights: a loss whose gradient to the tensor is the weights.</summary>
    public static double Inner(Tensor y, float[] weights)
    {
        var values = y.ToArray<float>();
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
            sum += (double)values[i] * weights[i];
        return sum;
    }

    private static double Slope(Tensor x, float[] values, int index, float step, Func<double> loss)
    {
        var moved = (float[])values.Clone();
        moved[index] = values[index] + step;
        double up = moved[index];
        x.Upload<float>(moved);
        var above = loss();
        moved[index] = values[index] - step;
        double down = moved[index];
        x.Upload<float>(moved);
        return (above - loss()) / (up - down);
    }
}
