using Retrieval.Imaging.Resampling;

namespace Retrieval.Imaging.Augmentation;

/// <summary>An image and what a device shows of it in a batch.</summary>
public readonly record struct AugmentedImage(RgbImage Image, ImageView View)
{
    /// <summary>The image as it is.</summary>
    public static implicit operator AugmentedImage(RgbImage image) => FromRgbImage(image);

    /// <summary>The image as it is.</summary>
    public static AugmentedImage FromRgbImage(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new AugmentedImage(image, new ImageView(0, 0, image.Width, image.Height, image.Width, image.Height));
    }

    /// <summary>The part that is shown, as an image of its own: cut out (black outside the image), resized and mirrored, rounded to bytes.</summary>
    internal RgbImage CutOut()
    {
        int left = (int)MathF.Round(View.Left), top = (int)MathF.Round(View.Top);
        int width = Math.Max(1, (int)MathF.Round(View.BoxWidth)), height = Math.Max(1, (int)MathF.Round(View.BoxHeight));
        var part = Image.CropPadded(left, top, width, height);
        if ((width, height) != (View.Width, View.Height))
            part = part.Resize(View.Width, View.Height);
        if (View.Flip)
            part.MirrorInPlace();
        return part;
    }
}
