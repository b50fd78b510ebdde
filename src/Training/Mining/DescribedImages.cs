using System.Numerics.Tensors;
using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Mining;

/// <summary>Descriptors of some images by image number; unreadable images are not among them.</summary>
internal sealed class DescribedImages
{
    private readonly int _dimension;
    private readonly float[] _descriptors;
    private readonly Dictionary<int, int> _rows = [];

    /// <summary>Describes the images.</summary>
    public DescribedImages(DescriptorExtractor extractor, IImageSource source, int[] images, IProgress<int> progress, CancellationToken cancellation)
    {
        _dimension = extractor.Dimension;
        _descriptors = new float[checked(images.Length * _dimension)];
        Failures = extractor.Extract(source, images, (position, descriptor) =>
        {
            descriptor.CopyTo(_descriptors.AsSpan(_rows.Count * _dimension));
            _rows.Add(images[position], _rows.Count);
        }, progress, cancellation);
    }

    public ImageFailures Failures { get; }

    /// <summary>Whether the image could be read.</summary>
    public bool Contains(int image) => _rows.ContainsKey(image);

    /// <summary>Euclidean distance between the descriptors of two images.</summary>
    public double Distance(int image, int other) => TensorPrimitives.Distance(this[image], this[other]);

    /// <summary>Inner product of the descriptors of two images.</summary>
    public float Similarity(int image, int other) => TensorPrimitives.Dot(this[image], this[other]);

    /// <summary>Descriptors of some images, one after another.</summary>
    public float[] Gather(IReadOnlyList<int> images)
    {
        var result = new float[images.Count * _dimension];
        for (var i = 0; i < images.Count; i++)
            this[images[i]].CopyTo(result.AsSpan(i * _dimension));
        return result;
    }

    private ReadOnlySpan<float> this[int image] => _descriptors.AsSpan(_rows[image] * _dimension, _dimension);
}
