using Retrieval.Host;
using Retrieval.Models.Heads;

namespace Retrieval.Models;

/// <summary>
/// A linear classifier behind the embedding that also serves retrieval (MultiGrain, 2019). The embedding is [e, 1] / (|[e, 1]| + 1e-6), e the
/// pooled vector: with the constant, classes do not change with the embedding's length. A whitening learnt later is folded into the
/// weights, so that one whitened embedding gives descriptors (normalised) and classes (as it is).
/// </summary>
public sealed class Classifier : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _weights, _bias, _identity, _one;

    /// <param name="device">Where it runs.</param>
    /// <param name="weights">[Classes, D'] row-major, for embeddings as they come out last: [e, 1] normalised, or whitened.</param>
    /// <param name="bias">[Classes].</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="pooled">Dimension of the pooled vector e.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public Classifier(Device device, float[] weights, float[] bias, IReadOnlyList<string> classes, int pooled)
    {
        if (classes.Count == 0 || bias.Length != classes.Count || weights.Length == 0 || weights.Length % classes.Count != 0)
            throw new ArgumentException($"classifier: {weights.Length} weights and {bias.Length} biases do not fit {classes.Count} classes");
        _device = device;
        Classes = classes;
        PooledDimension = pooled;
        _weights = device.Rent<float>(new Shape(classes.Count, weights.Length / classes.Count), weights, MemoryPurpose.Parameters);
        _bias = device.Rent<float>(new Shape(classes.Count), bias, MemoryPurpose.Parameters);
        (_identity, _one) = Appending(device, pooled);
    }

    /// <summary>The classes' names, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Dimension of e.</summary>
    public int PooledDimension { get; }

    /// <summary>Dimension of the embeddings before a whitening: one more than the pooled vector's.</summary>
    public int EmbeddingDimension => PooledDimension + 1;

    /// <summary>Dimension of the embeddings that the weights are for.</summary>
    public int InputDimension => _weights.Shape[1];

    /// <summary>W' [Classes, InputDimension], row-major.</summary>
    public float[] Weights => _weights.ToArray<float>();

    /// <summary>[Classes].</summary>
    public float[] Bias => _bias.ToArray<float>();

    /// <summary>A classifier as it was trained: scores W e + b.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="weights">W [classes, D], row-major.</param>
    /// <param name="bias">b [classes], or empty for none.</param>
    /// <param name="classes">The classes' names.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Classifier OfLayer(Device device, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, IReadOnlyList<string> classes)
    {
        if (classes.Count == 0 || weights.Length == 0 || weights.Length % classes.Count != 0 || (bias.Length != 0 && bias.Length != classes.Count))
            throw new ArgumentException($"classifier: {weights.Length} weights and {bias.Length} biases do not fit {classes.Count} classes");
        var pooled = weights.Length / classes.Count;
        var joined = new float[classes.Count * (pooled + 1)];
        for (var k = 0; k < classes.Count; k++)
        {
            weights.Slice(k * pooled, pooled).CopyTo(joined.AsSpan(k * (pooled + 1)));
            joined[((k + 1) * (pooled + 1)) - 1] = bias.IsEmpty ? 0 : bias[k];
        }
        return new Classifier(device, joined, new float[classes.Count], classes, pooled);
    }

    /// <summary>The layer that <see cref="OfLayer"/> was given: W [Classes, D] row-major and b [Classes].</summary>
    /// <exception cref="InvalidOperationException">A whitening is folded into the weights.</exception>
    public (float[] Weights, float[] Bias) ToLayer()
    {
        if (InputDimension != EmbeddingDimension)
            throw new InvalidOperationException("the classifier has a whitening folded into it");
        float[] joined = Weights, bias = Bias;
        var weights = new float[Classes.Count * PooledDimension];
        for (var k = 0; k < Classes.Count; k++)
        {
            var row = joined.AsSpan(k * EmbeddingDimension, EmbeddingDimension);
            row[..PooledDimension].CopyTo(weights.AsSpan(k * PooledDimension));
            bias[k] += row[PooledDimension];
        }
        return (weights, bias);
    }

    /// <summary>Pooled vectors e [N, D] to embeddings [N, D + 1], of unit length unless told otherwise.</summary>
    public void Embed(Tensor pooled, Tensor embeddings, bool normalize = true)
    {
        _device.Operators.Linear(pooled, _identity, _one, embeddings);
        if (normalize)
            _device.Operators.L2Normalize(embeddings, L2Layer.Epsilon, embeddings, Tensor.None);
    }

    /// <summary>Scores [N, Classes] of embeddings [N, InputDimension].</summary>
    public void Score(Tensor embeddings, Tensor scores) => _device.Operators.Linear(embeddings, _weights, _bias, scores);

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Return(_one);
        _device.Return(_identity);
        _device.Return(_bias);
        _device.Return(_weights);
    }

    /// <summary>The linear map that appends a 1: no operator moves columns.</summary>
    private static (Tensor Identity, Tensor One) Appending(Device device, int pooled)
    {
        var identity = new float[(pooled + 1) * (long)pooled];
        for (var i = 0; i < pooled; i++)
            identity[(i * (long)pooled) + i] = 1;
        var one = new float[pooled + 1];
        one[pooled] = 1;
        return (device.Rent<float>(new Shape(pooled + 1, pooled), identity, MemoryPurpose.Parameters), device.Rent<float>(new Shape(pooled + 1), one, MemoryPurpose.Parameters));
    }
}
