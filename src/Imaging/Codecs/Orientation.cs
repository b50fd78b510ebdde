namespace Retrieval.Imaging.Codecs;

/// <summary>The eight EXIF orientations: how stored rows and columns become upright ones.</summary>
internal static class Orientation
{
    internal const int Upright = 1;

    /// <summary>Columns are turned into rows in blocks that stay in the first-level cache.</summary>
    private const int Block = 32;

    internal static bool SwapsSides(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>The image as it is meant to be seen; unknown orientations count as upright.</summary>
    internal static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
            return image;
        var upright = SwapsSides(orientation)
            ? RgbImage.Uninitialized(image.Height, image.Width)
            : RgbImage.Uninitialized(image.Width, image.Height);
        // Stored pixel (x, y) goes to (x or y, mirrored or not): a start and a step for each stored axis.
        int right = RgbImage.Channels, down = upright.Stride;
        int lastX = (upright.Width - 1) * right, lastY = (upright.Height - 1) * down;
        var (start, stepX, stepY) = orientation switch
        {
            2 => (lastX, -right, down),
            3 => (lastX + lastY, -right, -down),
            4 => (lastY, right, -down),
            5 => (0, down, right),
            6 => (lastX, down, -right),
            7 => (lastX + lastY, -down, -right),
            _ => (lastY, -down, right),
        };
        Scatter(image, upright.Pixels, start, stepX, stepY);
        return upright;
    }

    private static void Scatter(RgbImage image, byte[] target, int start, int stepX, int stepY)
    {
        for (var blockY = 0; blockY < image.Height; blockY += Block)
            for (var blockX = 0; blockX < image.Width; blockX += Block)
                for (var y = blockY; y < Math.Min(blockY + Block, image.Height); y++)
                {
                    var row = image.Row(y);
                    for (var x = blockX; x < Math.Min(blockX + Block, image.Width); x++)
                    {
                        var to = target.AsSpan(start + (x * stepX) + (y * stepY), RgbImage.Channels);
                        var from = row.Slice(x * RgbImage.Channels, RgbImage.Channels);
                        (to[0], to[1], to[2]) = (from[0], from[1], from[2]);
                    }
                }
    }
}
