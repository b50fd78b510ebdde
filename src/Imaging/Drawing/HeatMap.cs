namespace Retrieval.Imaging.Drawing;

/// <summary>Shows where a network looks: an activation map in colour over its image.</summary>
public static class HeatMap
{
    /// <summary>
    /// Lays a map <c>[mapHeight, mapWidth]</c> over a copy of the image: stretched bilinearly (half-pixel centres), scaled so that
    /// its smallest value is black and its largest pale yellow, and blended with the given opacity (0..1).
    /// </summary>
    /// <exception cref="ArgumentException">The map's length is not <c>mapHeight * mapWidth</c>, or the opacity is out of range.</exception>
    public static RgbImage Overlay(RgbImage image, ReadOnlySpan<float> map, int mapHeight, int mapWidth, float opacity = 0.5f)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (mapHeight < 1 || mapWidth < 1 || map.Length != mapHeight * mapWidth)
            throw new ArgumentException($"a heat map of {mapHeight} x {mapWidth} cannot have {map.Length} values", nameof(map));
        if (!(opacity >= 0 && opacity <= 1))
            throw new ArgumentException($"opacity must be 0 to 1, got {opacity}", nameof(opacity));
        var (low, high) = Range(map);
        var scale = high > low ? 1 / (high - low) : 0;
        var result = RgbImage.Uninitialized(image.Width, image.Height);
        for (var y = 0; y < image.Height; y++)
        {
            var (top, bottom, shareY) = Between(y, image.Height, mapHeight);
            ReadOnlySpan<float> upper = map.Slice(top * mapWidth, mapWidth), lower = map.Slice(bottom * mapWidth, mapWidth);
            for (var x = 0; x < image.Width; x++)
            {
                var (left, right, shareX) = Between(x, image.Width, mapWidth);
                var value = float.Lerp(float.Lerp(upper[left], upper[right], shareX), float.Lerp(lower[left], lower[right], shareX), shareY);
                Rgb colour = ColourMap.At((value - low) * scale), pixel = image[x, y];
                result[x, y] = new Rgb(
                    ColourMap.Mix(pixel.Red, colour.Red, opacity), ColourMap.Mix(pixel.Green, colour.Green, opacity), ColourMap.Mix(pixel.Blue, colour.Blue, opacity));
            }
        }
        return result;
    }

    private static (float Low, float High) Range(ReadOnlySpan<float> map)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (var value in map)
        {
            if (float.IsFinite(value))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        return (low, high);
    }

    private static (int First, int Second, float Share) Between(int target, int targets, int sources)
    {
        var position = Math.Clamp(((target + 0.5f) * sources / targets) - 0.5f, 0, sources - 1);
        var first = (int)position;
        return (first, Math.Min(first + 1, sources - 1), position - first);
    }
}
