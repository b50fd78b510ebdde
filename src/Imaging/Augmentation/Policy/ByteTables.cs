namespace Retrieval.Imaging.Augmentation.Policy;

/// <summary>Operations that map each byte by itself: a table of 256 values, for all colours or for each.</summary>
internal static class ByteTables
{
    private const int Values = 256, Channels = RgbImage.Channels;

    /// <summary>Inverts what is at or above a threshold, 0 to 256.</summary>
    public static void Solarize(RgbImage image, double threshold)
    {
        Span<byte> table = stackalloc byte[Values];
        for (var value = 0; value < Values; value++)
            table[value] = (byte)(value < threshold ? value : byte.MaxValue - value);
        Map(image, table);
    }

    /// <summary>Keeps the highest bits, 1 to 8.</summary>
    public static void Posterize(RgbImage image, int bits)
    {
        Span<byte> table = stackalloc byte[Values];
        for (var value = 0; value < Values; value++)
            table[value] = (byte)(value & ~((1 << (8 - bits)) - 1));
        Map(image, table);
    }

    /// <summary>Stretches each colour to the whole range.</summary>
    public static void AutoContrast(RgbImage image)
    {
        Span<int> histograms = stackalloc int[Values * Channels];
        Count(image, histograms);
        Span<byte> tables = stackalloc byte[Values * Channels];
        for (var channel = 0; channel < Channels; channel++)
        {
            var histogram = histograms.Slice(channel * Values, Values);
            int low = histogram.IndexOfAnyExcept(0), high = histogram.LastIndexOfAnyExcept(0);
            double scale = high <= low ? 1 : 255.0 / (high - low), offset = high <= low ? 0 : -low * scale;
            for (var value = 0; value < Values; value++)
                tables[(channel * Values) + value] = (byte)Math.Clamp((int)((value * scale) + offset), 0, byte.MaxValue);
        }
        MapEach(image, tables);
    }

    /// <summary>Spreads each colour's histogram as evenly as whole bytes allow.</summary>
    public static void Equalize(RgbImage image)
    {
        Span<int> histograms = stackalloc int[Values * Channels];
        Count(image, histograms);
        Span<byte> tables = stackalloc byte[Values * Channels];
        for (var channel = 0; channel < Channels; channel++)
        {
            var histogram = histograms.Slice(channel * Values, Values);
            var step = ((image.Width * image.Height) - histogram[histogram.LastIndexOfAnyExcept(0)]) / byte.MaxValue;
            var sum = step / 2;
            for (var value = 0; value < Values; value++)
            {
                tables[(channel * Values) + value] = (byte)(step == 0 ? value : Math.Min(byte.MaxValue, sum / step));
                sum += histogram[value];
            }
        }
        MapEach(image, tables);
    }

    /// <summary>Maps all colours by one table of 256.</summary>
    public static void Map(RgbImage image, ReadOnlySpan<byte> table)
    {
        foreach (ref var value in image.Pixels.AsSpan())
            value = table[value];
    }

    private static void MapEach(RgbImage image, ReadOnlySpan<byte> tables)
    {
        ReadOnlySpan<byte> red = tables[..Values], green = tables.Slice(Values, Values), blue = tables[(2 * Values)..];
        var pixels = image.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += Channels)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red[pixels[i]], green[pixels[i + 1]], blue[pixels[i + 2]]);
    }

    private static void Count(RgbImage image, Span<int> histograms)
    {
        Span<int> red = histograms[..Values], green = histograms.Slice(Values, Values), blue = histograms[(2 * Values)..];
        var pixels = image.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += Channels)
        {
            red[pixels[i]]++;
            green[pixels[i + 1]]++;
            blue[pixels[i + 2]]++;
        }
    }
}
