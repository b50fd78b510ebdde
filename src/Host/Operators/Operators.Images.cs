namespace Retrieval.Host;

public sealed partial class Operators
{
    private const int ImageChannels = 3, DrawnLength = 5;

    /// <summary>
    /// Makes a batch of RGB images of any size: takes a box of each, resizes it with the triangle filter that widens with the reduction
    /// (antialiased bilinear, cut off at the box, in float32: within one level of what rounds to bytes after each axis), mirrors it,
    /// and normalises: y = (v / 255 - mean) / std. Boxes and flips are those of the table, or drawn from each image's seed.
    /// </summary>
    /// <param name="pixels">UInt8, the images' bytes.</param>
    /// <param name="images">N images.</param>
    /// <param name="draw">What is drawn instead of taken from the table.</param>
    /// <param name="mean">Mean of red, green and blue on the scale 0..1.</param>
    /// <param name="std">Deviation of red, green and blue on the scale 0..1, above 0.</param>
    /// <param name="y">[N, H, W, 3].</param>
    /// <param name="drawn">Receives left, top, width and height of each box and 1 where it was mirrored [N, 5], or none.</param>
    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ImageDraw draw, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y, Tensor drawn = default)
    {
        const string op = nameof(PrepareImages);
        _device.RefuseInRecordedWork(op);
        Require.Tensor(op, "pixels", pixels, _device, ElementType.UInt8);
        Require.Map(op, "y", y, _device);
        Require.That(y.Shape[0] == images.Length && y.Shape[3] == ImageChannels, op, $"y has shape {y.Shape}, expected [{images.Length}, H, W, {ImageChannels}]");
        Require.That((long)y.Shape[1] * y.Shape[2] <= int.MaxValue, op, $"y has shape {y.Shape}: more than {int.MaxValue} pixels an image");
        Require.That(mean.Length == ImageChannels && std.Length == ImageChannels && std[0] > 0 && std[1] > 0 && std[2] > 0, op, "expected three means and three deviations above 0");
        Require.Optional(op, "drawn", drawn, new Shape(images.Length, DrawnLength), _device);
        RequireDraw(op, draw);
        for (var i = 0; i < images.Length; i++)
            RequireImage(op, i, images[i], pixels.Count);
        _backend.PrepareImages(pixels, images, draw, mean, std, y, drawn);
    }

    private static void RequireDraw(string op, in ImageDraw draw)
    {
        Require.That(draw.FlipProbability is >= 0 and <= 1, op, $"flip probability {draw.FlipProbability}: expected 0 to 1");
        if (!draw.Crop)
            return;
        Require.That(draw.MinArea > 0 && draw.MinArea <= draw.MaxArea && draw.MaxArea <= 1, op, $"area {draw.MinArea} to {draw.MaxArea}: expected 0 < min <= max <= 1");
        Require.That(draw.MinAspect > 0 && draw.MinAspect <= draw.MaxAspect && double.IsFinite(draw.MaxAspect), op, $"aspect ratio {draw.MinAspect} to {draw.MaxAspect}: expected 0 < min <= max");
    }

    private static void RequireImage(string op, int index, in ImageSource image, long byteCount)
    {
        Require.That(image is { Height: > 0, Width: > 0, Offset: >= 0 } && image.Offset <= byteCount - ((long)image.Height * image.Width * ImageChannels), op,
            $"image {index} of {image.Height} x {image.Width} at {image.Offset} does not lie in the {byteCount} bytes of pixels");
        Require.That(image is { Left: >= 0, Top: >= 0, BoxWidth: > 0, BoxHeight: > 0 } && image.Left + image.BoxWidth <= image.Width && image.Top + image.BoxHeight <= image.Height, op,
            $"image {index}: the box {image.BoxHeight} x {image.BoxWidth} at ({image.Top}, {image.Left}) is not inside {image.Height} x {image.Width}");
    }
}
