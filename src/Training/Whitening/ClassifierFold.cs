using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>
/// Folds a PCA whitening into the classifier that stands behind it, so that whitened embeddings classify as plain ones did (MultiGrain): with y = P (x - m),
/// W x = (W P^+) y + W m. P^+ = P^T diag(lambda) undoes P on what the descriptors span.
/// </summary>
public static class ClassifierFold
{
    /// <summary>Weights and bias for whitened embeddings.</summary>
    /// <param name="whitening">A PCA whitening that keeps all dimensions with variance.</param>
    /// <param name="weights">W [classes, D], row-major; MultiGrain's [W | b] where the embedding ends in a constant 1.</param>
    /// <returns>W P^+ [classes, Dout] and W m [classes].</returns>
    /// <exception cref="ArgumentException">Not a PCA whitening, or the weights are not a whole number of rows of D.</exception>
    public static (float[] Weights, float[] Bias) Fold(WhiteningTransform whitening, ReadOnlySpan<float> weights)
    {
        int inputs = whitening.InputDimensions, outputs = whitening.OutputDimensions;
        if (whitening.Provenance.Kind != WhiteningKind.Pca)
            throw new ArgumentException("only a PCA whitening can be folded into a classifier");
        if (weights.Length % inputs != 0)
            throw new ArgumentException($"{weights.Length} classifier weights are not a whole number of rows of {inputs}");
        var classes = weights.Length / inputs;
        var folded = new float[classes * outputs];
        var bias = new float[classes];
        var row = new double[inputs];
        ReadOnlySpan<double> projection = whitening.Projection.Span, eigenvalues = whitening.Eigenvalues.Span;
        for (var k = 0; k < classes; k++)
        {
            for (var j = 0; j < inputs; j++)
                row[j] = weights[(k * inputs) + j];
            bias[k] = (float)VectorOperations.Dot(row, whitening.Mean.Span);
            for (var i = 0; i < outputs; i++)
                folded[(k * outputs) + i] = (float)(eigenvalues[i] * VectorOperations.Dot(row, projection.Slice(i * inputs, inputs)));
        }
        return (folded, bias);
    }
}
