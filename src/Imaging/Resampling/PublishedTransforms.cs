namespace Retrieval.Imaging.Resampling;

/// <summary>How the published systems bring an image to their network's input, before normalisation.</summary>
public static class PublishedTransforms
{
    /// <summary>
    /// Landmark retrieval (GeM): the query box, if any, is cut out; then <see cref="ImageResizing.Thumbnail"/> with a size that
    /// keeps the scale which the whole image would have at <paramref name="size"/>.
    /// </summary>
    /// <param name="image">The photograph.</param>
    /// <param name="size">Longest side of a whole image.</param>
    /// <param name="box">Left, top, right, bottom in pixels; rounded, halves to even. Beyond the border it is black.</param>
    public static RgbImage Landmark(RgbImage image, int size, (double Left, double Top, double Right, double Bottom)? box = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (box is not { } corners)
            return image.Thumbnail(size);
        int left = (int)Math.Round(corners.Left), top = (int)Math.Round(corners.Top);
        var cut = image.CropPadded(left, top, (int)Math.Round(corners.Right) - left, (int)Math.Round(corners.Bottom) - top);
        return cut.Thumbnail((double)size * cut.LongSide / image.LongSide);
    }

    /// <summary>MultiGrain with cropping: the shorter side to <paramref name="resizeTo"/>, then the central square of <paramref name="size"/>.</summary>
    public static RgbImage MultiGrainCrop(RgbImage image, int resizeTo, int size) => image.ResizeShort(resizeTo).CenterCrop(size, size);

    /// <summary>MultiGrain without cropping: the longer side to <paramref name="size"/>.</summary>
    public static RgbImage MultiGrain(RgbImage image, int size) => image.ResizeLong(size);

    /// <summary>Person re-identification: straight to the size, the aspect ratio ignored.</summary>
    public static RgbImage ReIdentification(RgbImage image, int width, int height) => image.Resize(width, height);
}
