using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;

namespace Retrieval.Training.Extraction;

/// <summary>
/// Brings images to a device: as bytes, which are cut, recoloured and normalised there, beside whatever it computes. Nothing is
/// allocated once the buffers have grown.
/// </summary>
public sealed class ImageBatch(Device device, ImageNormalization normalization) : IDisposable
{
    private readonly UploadRing _ring = new(device);
    private readonly float[] _mean = [.. normalization.Mean], _std = [.. normalization.Std];
    private ImageSource[] _sources = [];

    /// <summary>Normalises images of one size into a rented tensor [N, H, W, 3] of the device's <see cref="Device.ActivationType"/>, the caller's own.</summary>
    public Tensor Upload(ReadOnlySpan<AugmentedImage> images)
    {
        var target = device.Rent(new Shape(images.Length, images[0].View.Height, images[0].View.Width, RgbImage.Channels), device.ActivationType);
        Write(images, target);
        return target;
    }

    /// <summary>Normalises images into a tensor [N, H, W, 3].</summary>
    /// <param name="images">Images and what is shown of them; each view must be of the tensor's size. An image that stands several times in a row is brought once.</param>
    /// <param name="target">[N, H, W, 3].</param>
    public void Write(ReadOnlySpan<AugmentedImage> images, Tensor target)
    {
        if (_sources.Length < images.Length)
            _sources = new ImageSource[images.Length];
        var bytes = _ring.Begin(ByteCount(images));
        int used = 0, current = 0;
        for (var i = 0; i < images.Length; i++)
        {
            if (!IsRepeated(images, i))
            {
                current = used;
                images[i].Image.Pixels.CopyTo(bytes[current..]);
                used += images[i].Image.Pixels.Length;
            }
            RequireSize(images[i].View, target);
            _sources[i] = SourceOf(images[i], current);
        }
        device.Operators.PrepareImages(_ring.Send(), _sources.AsSpan(0, images.Length), _mean, _std, target);
    }

    /// <inheritdoc/>
    public void Dispose() => _ring.Dispose();

    private static int ByteCount(ReadOnlySpan<AugmentedImage> images)
    {
        var count = 0;
        for (var i = 0; i < images.Length; i++)
            count = checked(count + (IsRepeated(images, i) ? 0 : images[i].Image.Pixels.Length));
        return count;
    }

    private static bool IsRepeated(ReadOnlySpan<AugmentedImage> images, int index) => index > 0 && ReferenceEquals(images[index].Image, images[index - 1].Image);

    private static void RequireSize(in ImageView view, Tensor target)
    {
        if (view.Height != target.Shape[1] || view.Width != target.Shape[2])
            throw new ArgumentException($"a batch of {target.Shape[2]} x {target.Shape[1]} cannot take an image that is shown as {view.Width} x {view.Height}");
    }

    private static ImageSource SourceOf(in AugmentedImage augmented, long offset)
    {
        var (image, view) = augmented;
        var colour = view.Colour;
        var erased = view.Erased;
        return new ImageSource(offset, image.Height, image.Width, view.Left, view.Top, view.BoxWidth, view.BoxHeight, view.Flip)
        {
            Colour = new ImageColour(colour.Steps, colour.Brightness, colour.Contrast, colour.Saturation, colour.Hue,
                colour.LightOffset.Red, colour.LightOffset.Green, colour.LightOffset.Blue, colour.LightGain),
            Erased = new ImageErasure(erased.Left, erased.Top, erased.Width, erased.Height, erased.Red, erased.Green, erased.Blue),
        };
    }
}
