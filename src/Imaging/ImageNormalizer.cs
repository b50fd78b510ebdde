namespace Retrieval.Imaging;

/// <summary>
/// Turns bytes into network input: <c>(v / 255 - mean[c]) / std[c]</c>, computed once for each byte value in double precision.
/// Immutable and thread-safe.
/// </summary>
public sealed class ImageNormalizer
{
    private readonly float[] _red;
    private readonly float[] _green;
    private readonly float[] _blue;

    /// <param name="mean">Mean of red, green and blue on the scale 0..1.</param>
    /// <param name="std">Deviation of red, green and blue on the scale 0..1.</param>
    /// <exception cref="ArgumentException">Not three values each, or a deviation that is not positive.</exception>
    public ImageNormalizer(IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);
        if (mean.Count != RgbImage.Channels || std.Count != RgbImage.Channels || !std.All(value => value > 0))
            throw new ArgumentException($"normalisation needs three means and three positive deviations, got [{string.Join(", ", mean)}] and [{string.Join(", ", std)}]");
        _red = Table(mean[0], std[0]);
        _green = Table(mean[1], std[1]);
        _blue = Table(mean[2], std[2]);
    }

    /// <summary>The statistics of ImageNet, which all published ResNet and VGG weights expect.</summary>
    public static ImageNormalizer ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>Writes the image as <c>[H, W, 3]</c> into <paramref name="target"/>, mirrored left to right if asked. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">The target does not have <c>H * W * 3</c> values.</exception>
    public void Write(RgbImage image, Span<float> target, bool flip = false)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (target.Length != image.Pixels.Length)
            throw new ArgumentException($"the tensor of an image of {image.Width} x {image.Height} needs {image.Pixels.Length} values, got room for {target.Length}", nameof(target));
        for (var y = 0; y < image.Height; y++)
        {
            var row = target.Slice(y * image.Stride, image.Stride);
            if (flip)
                WriteRowMirrored(image.Row(y), row);
            else
                WriteRow(image.Row(y), row);
        }
    }

    private void WriteRow(ReadOnlySpan<byte> pixels, Span<float> target)
    {
        float[] red = _red, green = _green, blue = _blue;
        for (var i = 0; i + 2 < pixels.Length && i + 2 < target.Length; i += RgbImage.Channels)
            (target[i], target[i + 1], target[i + 2]) = (red[pixels[i]], green[pixels[i + 1]], blue[pixels[i + 2]]);
    }

    private void WriteRowMirrored(ReadOnlySpan<byte> pixels, Span<float> target)
    {
        for (int i = 0, to = target.Length - RgbImage.Channels; to >= 0; i += RgbImage.Channels, to -= RgbImage.Channels)
            (target[to], target[to + 1], target[to + 2]) = (_red[pixels[i]], _green[pixels[i + 1]], _blue[pixels[i + 2]]);
    }

    private static float[] Table(double mean, double std)
    {
        var table = new float[byte.MaxValue + 1];
        for (var value = 0; value < table.Length; value++)
            table[value] = (float)(((value / 255.0) - mean) / std);
        return table;
    }
}
