namespace Retrieval.Imaging.Resampling;

/// <summary>Resizing as the published retrieval systems do it, equal to Pillow 9.4 to the byte. Sides are in pixels.</summary>
public static class ImageResizing
{
    /// <summary>A reduction beyond this many times the target is begun by averaging blocks (Pillow's reducing gap).</summary>
    private const double ReducingGap = 2;

    /// <summary>Exactly <paramref name="width"/> x <paramref name="height"/>, whatever the aspect ratio.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below one.</exception>
    public static RgbImage Resize(this RgbImage image, int width, int height, ResampleFilter filter = ResampleFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Resampler.Resize(image, width, height, filter);
    }

    /// <summary>The shorter side becomes <paramref name="size"/>, the other keeps the ratio, rounded down.</summary>
    public static RgbImage ResizeShort(this RgbImage image, int size, ResampleFilter filter = ResampleFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(image);
        return ResizeSide(image, size, image.ShortSide, filter);
    }

    /// <summary>The longer side becomes <paramref name="size"/>, the other keeps the ratio, rounded down (at least 1).</summary>
    public static RgbImage ResizeLong(this RgbImage image, int size, ResampleFilter filter = ResampleFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(image);
        return ResizeSide(image, size, image.LongSide, filter);
    }

    /// <summary>
    /// Fits the image into a square of <c>floor(size)</c>, never enlarging it; the shorter side is the whole number whose ratio is
    /// closest. Strong reductions first average blocks. The landmark systems' way to bring photographs to size.
    /// </summary>
    public static RgbImage Thumbnail(this RgbImage image, double size, ResampleFilter filter = ResampleFilter.Lanczos3)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = ThumbnailSize(image.Width, image.Height, size);
        if (width == image.Width && height == image.Height)
            return image.Copy();
        int factorX = Math.Max(1, (int)(image.Width / (double)width / ReducingGap)), factorY = Math.Max(1, (int)(image.Height / (double)height / ReducingGap));
        if (factorX == 1 && factorY == 1)
            return Resampler.Resize(image, width, height, filter);
        var reduced = BlockReduction.Reduce(image, factorX, factorY);
        return Resampler.Resize(reduced, width, height, filter, (float)(image.Width / (double)factorX), (float)(image.Height / (double)factorY));
    }

    /// <summary>The sides that <see cref="Thumbnail"/> gives an image of <paramref name="width"/> x <paramref name="height"/>.</summary>
    public static (int Width, int Height) ThumbnailSize(int width, int height, double size)
    {
        if (!(size >= 1))
            throw new ArgumentOutOfRangeException(nameof(size), size, "a thumbnail needs at least one pixel");
        var side = Math.Floor(size);
        if (side >= width && side >= height)
            return (width, height);
        var aspect = width / (double)height;
        return aspect <= 1
            ? (Closest(side * aspect, other => Math.Abs(aspect - (other / side))), (int)side)
            : ((int)side, Closest(side / aspect, other => other == 0 ? 0 : Math.Abs(aspect - (side / other))));
    }

    /// <summary>
    /// Cuts <paramref name="width"/> x <paramref name="height"/> out of the middle; the offset is half the excess, halves to even.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The image is smaller than the crop.</exception>
    public static RgbImage CenterCrop(this RgbImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        int left = (int)Math.Round((image.Width - width) / 2.0), top = (int)Math.Round((image.Height - height) / 2.0);
        return image.Crop(left, top, width, height);
    }

    private static RgbImage ResizeSide(RgbImage image, int size, int side, ResampleFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Resize(image, Scaled(image.Width, size, side), Scaled(image.Height, size, side), filter);
    }

    private static int Scaled(int length, int size, int side) => length == side ? size : Math.Max(1, (int)(size * (double)length / side));

    private static int Closest(double exact, Func<double, double> error)
    {
        double floor = Math.Floor(exact), ceiling = Math.Ceiling(exact);
        return (int)Math.Max(1, error(floor) <= error(ceiling) ? floor : ceiling);
    }
}
