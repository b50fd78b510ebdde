using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;

namespace Retrieval.Training.Extraction;

/// <summary>
/// Brings images of one size to a device: as bytes, which are normalised there, beside whatever it computes. Nothing is allocated once
/// the buffers have grown.
/// </summary>
public sealed class ImageBatch(Device device, ImageNormalization normalization) : IDisposable
{
    private readonly UploadRing _ring = new(device);
    private readonly float[] _mean = [.. normalization.Mean], _std = [.. normalization.Std];
    private ImageSource[] _sources = [];

    /// <summary>Normalises images into a rented tensor [N, H, W, 3] of the device's <see cref="Device.ActivationType"/>, the caller's own.</summary>
    public Tensor Upload(ReadOnlySpan<RgbImage> images)
    {
        var target = device.Rent(new Shape(images.Length, images[0].Height, images[0].Width, RgbImage.Channels), device.ActivationType);
        Write(images, target);
        return target;
    }

    /// <summary>Normalises images into a tensor [N, H, W, 3].</summary>
    public void Write(ReadOnlySpan<RgbImage> images, Tensor target)
    {
        var stride = images[0].Pixels.Length;
        var bytes = _ring.Begin(checked(images.Length * stride));
        if (_sources.Length < images.Length)
            _sources = new ImageSource[images.Length];
        for (var i = 0; i < images.Length; i++)
        {
            images[i].Pixels.CopyTo(bytes[(i * stride)..]);
            _sources[i] = new ImageSource((long)i * stride, images[i].Height, images[i].Width);
        }
        device.Operators.PrepareImages(_ring.Send(), _sources.AsSpan(0, images.Length), default, _mean, _std, target);
    }

    /// <inheritdoc/>
    public void Dispose() => _ring.Dispose();
}
