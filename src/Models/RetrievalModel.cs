using System.Globalization;
using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>A descriptor network with the whitening learnt for it and the record of how both came to be.</summary>
public sealed class RetrievalModel(DescriptorNetwork network, IReadOnlyDictionary<string, string>? provenance = null) : IDisposable
{
    private readonly Pass _pass = new(network.Device, PassMode.Inference);

    public DescriptorNetwork Network { get; } = network;

    public Device Device => Network.Device;

    /// <summary>Whitening applied to the finished descriptors; null for none. The model owns it.</summary>
    public DescriptorWhitening? Whitening { get; set; }

    /// <summary>A classifier behind the same embedding; null for none. The model owns it.</summary>
    public Classifier? Classifier { get; set; }

    /// <summary>How the model was trained: seed, data, settings, figures.</summary>
    public Dictionary<string, string> Provenance { get; } = new(provenance ?? new Dictionary<string, string>(), StringComparer.Ordinal);

    /// <summary>Dimension of the descriptors that <see cref="Describe"/> gives.</summary>
    public int Dimension => Whitening?.OutputDimension ?? UnwhitenedDimension;

    /// <summary>Dimension of the descriptors before the whitening: the network's, or one more where a classifier needs the constant.</summary>
    public int UnwhitenedDimension => Classifier?.EmbeddingDimension ?? Network.Description.Dimension;

    /// <summary>
    /// Descriptors of a batch at one or several scales. Each scale's image is resized (bilinear), described and L2-normalised; the
    /// scales are combined by the generalised mean with the pooling's exponent, normalised, then whitened.
    /// </summary>
    /// <param name="images">Normalised images [N, H, W, 3] of one size, of the device's <see cref="Host.Device.ActivationType"/>.</param>
    /// <param name="scales">Factors of the image's size; [1] for the image itself.</param>
    /// <param name="descriptors">Receives [N, Dimension].</param>
    /// <param name="normalize">Whether the last step is the L2 that makes descriptors of unit length. Class centroids are means of what stands before it.</param>
    public void Describe(Tensor images, ReadOnlySpan<float> scales, Tensor descriptors, bool normalize = true)
    {
        if (Whitening is null)
        {
            DescribeUnwhitened(images, scales, descriptors, normalize);
            return;
        }
        var raw = Device.Rent(new Shape(images.Shape[0], UnwhitenedDimension), purpose: MemoryPurpose.Descriptors);
        DescribeUnwhitened(images, scales, raw);
        Whitening.Apply(raw, descriptors, normalize);
        Device.Return(raw);
    }

    /// <summary>Scores of the classes, up to a factor for each image that does not change their order.</summary>
    /// <param name="images">Normalised images [N, H, W, 3] of one size, of the device's <see cref="Host.Device.ActivationType"/>.</param>
    /// <param name="scores">Receives [N, Classes].</param>
    /// <exception cref="InvalidOperationException">The model has no classifier.</exception>
    public void Classify(Tensor images, Tensor scores)
    {
        if (Classifier is not { } classifier)
            throw new InvalidOperationException("the model has no classifier");
        var embeddings = Device.Rent(new Shape(images.Shape[0], Dimension), purpose: MemoryPurpose.Descriptors);
        // Classes depend on the length that a whitened embedding loses when it becomes a descriptor.
        Describe(images, [1], embeddings, normalize: Whitening is null);
        classifier.Score(embeddings, scores);
        Device.Return(embeddings);
    }

    /// <summary>As <see cref="Describe"/> without the whitening: what a whitening is learnt from. Dimension is <see cref="UnwhitenedDimension"/>.</summary>
    public void DescribeUnwhitened(Tensor images, ReadOnlySpan<float> scales, Tensor descriptors, bool normalize = true)
    {
        if (scales is [1f])
        {
            DescribeScale(images, 1, descriptors, normalize);
            return;
        }
        int batch = images.Shape[0], dimension = UnwhitenedDimension;
        var stack = Device.Rent(new Shape(scales.Length, batch, dimension), purpose: MemoryPurpose.Descriptors);
        for (var s = 0; s < scales.Length; s++)
            DescribeScale(images, scales[s], stack.Slice(s, 1).Reshape(new Shape(batch, dimension)));
        Device.Operators.AggregateScales(stack, Network.ScaleExponent, descriptors);
        if (normalize)
            Device.Operators.L2Normalize(descriptors, 0, descriptors, Tensor.None);
        Device.Return(stack);
    }

    /// <summary>Reads scales as the command line writes them: <c>1</c>, or <c>1,0.7071,0.5</c>.</summary>
    /// <exception cref="ArgumentException">Not a list of factors between 0.05 and 8.</exception>
    public static float[] ParseScales(string text)
    {
        var scales = new List<float>();
        foreach (var word in text.Split(','))
            scales.Add(float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && scale is >= 0.05f and <= 8
                ? scale
                : throw new ArgumentException($"scales: expected factors from 0.05 to 8 separated by commas, got '{text}'"));
        return [.. scales];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        Whitening?.Dispose();
        Classifier?.Dispose();
        Network.Dispose();
    }

    private void DescribeScale(Tensor images, float scale, Tensor descriptors, bool normalize = true)
    {
        var scaled = images;
        if (scale != 1)
        {
            var shape = images.Shape;
            scaled = Device.RentMap(new Shape(shape[0], Math.Max(1, (int)(shape[1] * scale)), Math.Max(1, (int)(shape[2] * scale)), shape[3]));
            Device.Operators.ResizeBilinear(images, scale, scale, scaled);
        }
        if (Classifier is null)
        {
            var result = Network.Forward(scaled, _pass, normalize);
            Device.Operators.Copy(result, descriptors);
            Device.Return(result);
        }
        else
        {
            var outputs = Network.ForwardAll(scaled, _pass);
            Classifier.Embed(outputs.Embedding, descriptors, normalize);
            outputs.Release(_pass);
        }
        if (scale != 1)
            Device.Return(scaled);
    }
}
