namespace Retrieval.Imaging.Resampling;

/// <summary>
/// The taps of one axis: output coordinate i is <c>sum_t Of(i)[t] * input[First[i] + t]</c> with weights in 22-bit fixed point,
/// the arithmetic of Pillow.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>A byte times a weight, summed over the taps, still fits into 32 bits with its sign.</summary>
    internal const int FractionBits = 22;

    private readonly int[] _weights;
    private readonly int _capacity;

    /// <param name="input">Pixels along the axis.</param>
    /// <param name="output">Pixels wanted.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="end">The output covers <c>[0, end]</c> of the input; the whole input where it is null.</param>
    internal ResampleWeights(int input, int output, ResampleFilter filter, float? end = null)
    {
        (Input, Output) = (input, output);
        double scale = (end ?? (float)input) / (double)output, widening = Math.Max(scale, 1), support = FilterKernel.Radius(filter) * widening;
        var capacity = _capacity = ((int)Math.Ceiling(support) * 2) + 1;
        First = new int[output];
        Counts = new int[output];
        _weights = new int[checked(output * capacity)];
        Span<double> kernel = capacity <= 256 ? stackalloc double[capacity] : new double[capacity];
        for (var i = 0; i < output; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max(0, (int)(centre - support + 0.5));
            var count = Math.Min(input, (int)(centre + support + 0.5)) - first;
            (First[i], Counts[i]) = (first, count);
            FixedPoint(kernel[..count], first - centre + 0.5, 1 / widening, filter, _weights.AsSpan(i * capacity, count));
        }
        Taps = Counts.Max();
    }

    internal int Input { get; }

    internal int Output { get; }

    /// <summary>First input pixel of each output pixel.</summary>
    internal int[] First { get; }

    /// <summary>Taps of each output pixel.</summary>
    internal int[] Counts { get; }

    /// <summary>Most taps of any output pixel.</summary>
    internal int Taps { get; }

    /// <summary>The input pixels that any output needs: <c>[start, end)</c>.</summary>
    internal (int Start, int End) InputRange => (First[0], First[^1] + Counts[^1]);

    /// <summary>The weights of output pixel <paramref name="i"/>.</summary>
    internal ReadOnlySpan<int> Of(int i) => _weights.AsSpan(i * _capacity, Counts[i]);

    private static void FixedPoint(Span<double> kernel, double offset, double narrowing, ResampleFilter filter, Span<int> weights)
    {
        var sum = 0.0;
        for (var t = 0; t < kernel.Length; t++)
        {
            kernel[t] = FilterKernel.Evaluate(filter, (t + offset) * narrowing);
            sum += kernel[t];
        }
        for (var t = 0; t < kernel.Length; t++)
        {
            var weight = sum == 0 ? kernel[t] : kernel[t] / sum;
            weights[t] = (int)((weight * (1 << FractionBits)) + (weight < 0 ? -0.5 : 0.5));
        }
    }
}
