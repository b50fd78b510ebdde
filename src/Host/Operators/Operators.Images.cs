namespace Retrieval.Host;

public sealed partial class Operators
{
    private const int ImageChannels = 3;

    /// <summary>
    /// Makes a batch of RGB images of any size: takes a box of each, resizes it with the triangle filter that widens with the reduction
    /// (antialiased bilinear, cut off at the box, in float32: within one level of what rounds to bytes after each axis), mirrors it,
    /// changes its colours, normalises, y = (v / 255 - mean) / std, and covers a box of the result.
    /// </summary>
    /// <param name="pixels">UInt8, the images' bytes.</param>
    /// <param name="images">N images and what is done to each; whatever is random about it was drawn before.</param>
    /// <param name="mean">Mean of red, green and blue on the scale 0..1.</param>
    /// <param name="std">Deviation of red, green and blue on the scale 0..1, above 0.</param>
    /// <param name="y">[N, H, W, 3].</param>
    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y)
    {
        const string op = nameof(PrepareImages);
        _device.RefuseInRecordedWork(op);
        Require.Tensor(op, "pixels", pixels, _device, ElementType.UInt8);
        Require.Map(op, "y", y, _device);
        Require.That(y.Shape[0] == images.Length && y.Shape[3] == ImageChannels, op, $"y has shape {y.Shape}, expected [{images.Length}, H, W, {ImageChannels}]");
        Require.That((long)y.Shape[1] * y.Shape[2] <= int.MaxValue, op, $"y has shape {y.Shape}: more than {int.MaxValue} pixels an image");
        Require.That(mean.Length == ImageChannels && std.Length == ImageChannels && std[0] > 0 && std[1] > 0 && std[2] > 0, op, "expected three means and three deviations above 0");
        for (var i = 0; i < images.Length; i++)
        {
            RequireImage(op, i, images[i], pixels.Count);
            RequireChanges(op, i, images[i], y.Shape);
        }
        _backend.PrepareImages(pixels, images, mean, std, y);
    }

    private static void RequireImage(string op, int index, in ImageSource image, long byteCount)
    {
        Require.That(image is { Height: > 0, Width: > 0, Offset: >= 0 } && image.Offset <= byteCount - ((long)image.Height * image.Width * ImageChannels), op,
            $"image {index} of {image.Height} x {image.Width} at {image.Offset} does not lie in the {byteCount} bytes of pixels");
        Require.That(image is { BoxWidth: > 0, BoxHeight: > 0 } && Touches(image.Left, image.BoxWidth, image.Width) && Touches(image.Top, image.BoxHeight, image.Height), op,
            $"image {index}: the box {image.BoxHeight} x {image.BoxWidth} at ({image.Top}, {image.Left}) shows nothing of {image.Height} x {image.Width}, or reaches further beyond it than it is long");
    }

    /// <summary>A box may reach beyond the image, by no more than the image's own length.</summary>
    private static bool Touches(float start, float length, int pixels) => start > -length && start < pixels && start >= -pixels && start + length <= 2f * pixels;

    private static void RequireChanges(string op, int index, in ImageSource image, Shape y)
    {
        Require.That(image.Colour.IsValid, op, $"image {index}: {image.Colour} is not a change of colour");
        var box = image.Erased;
        Require.That(box is { Left: >= 0, Top: >= 0, Width: >= 0, Height: >= 0 } && box.Width <= y[2] - box.Left && box.Height <= y[1] - box.Top, op,
            $"image {index}: the covered box {box.Height} x {box.Width} at ({box.Top}, {box.Left}) is not inside {y[1]} x {y[2]}");
    }
}
