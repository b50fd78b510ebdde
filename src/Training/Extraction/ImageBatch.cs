using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;

namespace Retrieval.Training.Extraction;

/// <summary>Moves byte images of one size into a device tensor, normalised. Reuses its host buffer: nothing is allocated once it has grown.</summary>
public sealed class ImageBatch(Device device, ImageNormalization normalization)
{
    private readonly ImageNormalizer _normalizer = new([.. normalization.Mean.Select(value => (double)value)], [.. normalization.Std.Select(value => (double)value)]);
    private float[] _buffer = [];

    /// <summary>Normalises images of one size into a rented tensor [N, H, W, 3], the caller's own.</summary>
    public Tensor Upload(ReadOnlySpan<RgbImage> images)
    {
        int height = images[0].Height, width = images[0].Width, stride = height * width * RgbImage.Channels;
        var count = images.Length * stride;
        if (_buffer.Length < count)
            _buffer = new float[count];
        for (var i = 0; i < images.Length; i++)
            _normalizer.Write(images[i], _buffer.AsSpan(i * stride, stride));
        return device.Rent<float>(new Shape(images.Length, height, width, RgbImage.Channels), _buffer.AsSpan(0, count));
    }
}
