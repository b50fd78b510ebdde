using System.Buffers;
using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>
/// A learned linear map of descriptors: y = P (x - m), then y / (|y| + 1e-6). Rows of P come by falling importance, so that its first rows alone are
/// the best map to fewer dimensions; the entry of largest magnitude in each row is positive.
/// </summary>
public sealed class WhiteningTransform
{
    /// <summary>Added to the norm that the result is divided by.</summary>
    public const double NormEpsilon = 1e-6;

    private readonly double[] _mean;
    private readonly double[] _projection;
    private readonly double[] _eigenvalues;

    /// <param name="provenance">What it was learned from and how.</param>
    /// <param name="mean">m [D].</param>
    /// <param name="projection">P [Dout, D], row-major.</param>
    /// <param name="eigenvalues">[Dout], see <see cref="Eigenvalues"/>.</param>
    /// <exception cref="ArgumentException">The sizes do not fit or a value is not finite.</exception>
    public WhiteningTransform(WhiteningProvenance provenance, double[] mean, double[] projection, double[] eigenvalues)
    {
        if (mean.Length == 0 || eigenvalues.Length == 0 || projection.LongLength != mean.LongLength * eigenvalues.LongLength)
            throw new ArgumentException($"whitening: mean of {mean.Length}, projection of {projection.Length} and {eigenvalues.Length} eigenvalues do not fit together");
        if (!Array.TrueForAll(mean, double.IsFinite) || !Array.TrueForAll(projection, double.IsFinite) || !Array.TrueForAll(eigenvalues, double.IsFinite))
            throw new ArgumentException("whitening: mean, projection or eigenvalues hold a value that is not a finite number");
        (Provenance, _mean, _projection, _eigenvalues) = (provenance, mean, projection, eigenvalues);
    }

    /// <summary>What it was learned from and how.</summary>
    public WhiteningProvenance Provenance { get; }

    /// <summary>D.</summary>
    public int InputDimensions => _mean.Length;

    /// <summary>Dout.</summary>
    public int OutputDimensions => _eigenvalues.Length;

    /// <summary>m [D].</summary>
    public ReadOnlyMemory<double> Mean => _mean;

    /// <summary>P [Dout, D], row-major.</summary>
    public ReadOnlyMemory<double> Projection => _projection;

    /// <summary>
    /// By falling size, [Dout]. PCA: the variance along each row before scaling. Learned: the scatter along each row of P of what decided the rotation,
    /// that is sum (p (x - m))^2 over all descriptors, or the mean of (p (x_i - x_j))^2 over the non-matching pairs.
    /// </summary>
    public ReadOnlyMemory<double> Eigenvalues => _eigenvalues;

    /// <summary>y / (|y| + 1e-6) with y = P (x - m), computed in double.</summary>
    /// <param name="descriptor">x [D].</param>
    /// <param name="output">[Dout].</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Apply(ReadOnlySpan<float> descriptor, Span<float> output)
    {
        if (output.Length != OutputDimensions)
            throw new ArgumentException($"whitening: the output must have {OutputDimensions} values, got {output.Length}");
        var buffer = ArrayPool<double>.Shared.Rent(OutputDimensions);
        var projected = buffer.AsSpan(0, OutputDimensions);
        Project(descriptor, projected);
        var scale = 1 / (Math.Sqrt(VectorOperations.Dot(projected, projected)) + NormEpsilon);
        for (var i = 0; i < output.Length; i++)
            output[i] = (float)(projected[i] * scale);
        ArrayPool<double>.Shared.Return(buffer);
    }

    /// <summary>P (x - m), not normalised.</summary>
    /// <param name="descriptor">x [D].</param>
    /// <param name="output">[Dout].</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Project(ReadOnlySpan<float> descriptor, Span<double> output)
    {
        if (descriptor.Length != InputDimensions || output.Length != OutputDimensions)
            throw new ArgumentException(
                $"whitening maps {InputDimensions} dimensions to {OutputDimensions}; got a descriptor of {descriptor.Length} and room for {output.Length}");
        var buffer = ArrayPool<double>.Shared.Rent(InputDimensions);
        var centred = buffer.AsSpan(0, InputDimensions);
        for (var i = 0; i < centred.Length; i++)
            centred[i] = descriptor[i] - _mean[i];
        for (var i = 0; i < output.Length; i++)
            output[i] = VectorOperations.Dot(_projection.AsSpan(i * InputDimensions, InputDimensions), centred);
        ArrayPool<double>.Shared.Return(buffer);
    }

    /// <summary>The map to the first <paramref name="dimensions"/> rows.</summary>
    /// <exception cref="ArgumentException">Not between 1 and the output dimensions.</exception>
    public WhiteningTransform Truncate(int dimensions)
    {
        if (dimensions < 1 || dimensions > OutputDimensions)
            throw new ArgumentException($"whitening: cannot keep {dimensions} of {OutputDimensions} dimensions");
        return dimensions == OutputDimensions
            ? this
            : new WhiteningTransform(Provenance, _mean, _projection[..(dimensions * InputDimensions)], _eigenvalues[..dimensions]);
    }

    /// <summary>The same map as a linear layer in single precision: y = W x + b with W = P and b = -P m.</summary>
    /// <returns>W [Dout, D] row-major and b [Dout].</returns>
    public (float[] Weights, float[] Bias) ToLinearLayer()
    {
        var bias = new float[OutputDimensions];
        for (var i = 0; i < bias.Length; i++)
            bias[i] = (float)-VectorOperations.Dot(_projection.AsSpan(i * InputDimensions, InputDimensions), _mean);
        return (Array.ConvertAll(_projection, value => (float)value), bias);
    }
}
