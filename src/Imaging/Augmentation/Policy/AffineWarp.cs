using System.Buffers;

namespace Retrieval.Imaging.Augmentation.Policy;

/// <summary>Warps an image in place; what comes from outside it is middle grey.</summary>
internal static class AffineWarp
{
    private const int Channels = RgbImage.Channels;
    private const byte Outside = 128;

    /// <summary>Takes the nearest pixel, in 16.16 fixed point.</summary>
    public static void Nearest(RgbImage image, AffineMap map)
    {
        var copy = Copied(image);
        int a = Fixed(map.A), b = Fixed(map.B), d = Fixed(map.D), e = Fixed(map.E);
        int c = Fixed(map.C + (map.A * 0.5) + (map.B * 0.5)), f = Fixed(map.F + (map.D * 0.5) + (map.E * 0.5));
        for (var y = 0; y < image.Height; y++)
        {
            var target = image.Row(y);
            for (var x = 0; x < image.Width; x++)
            {
                int fromX = (c + (a * x) + (b * y)) >> 16, fromY = (f + (d * x) + (e * y)) >> 16;
                var pixel = target.Slice(x * Channels, Channels);
                if ((uint)fromX < (uint)image.Width && (uint)fromY < (uint)image.Height)
                    copy.AsSpan((fromY * image.Stride) + (fromX * Channels), Channels).CopyTo(pixel);
                else
                    pixel.Fill(Outside);
            }
        }
        ArrayPool<byte>.Shared.Return(copy);

        static int Fixed(double value) => (int)Math.Floor((value * 65536) + 0.5);
    }

    /// <summary>Interpolates with Pillow's bicubic filter (a = -1) over 4 x 4 pixels; beyond the edge the edge goes on.</summary>
    public static void Bicubic(RgbImage image, AffineMap map)
    {
        var copy = Copied(image);
        for (var y = 0; y < image.Height; y++)
        {
            var target = image.Row(y);
            for (var x = 0; x < image.Width; x++)
            {
                double placeX = (map.A * (x + 0.5)) + (map.B * (y + 0.5)) + map.C, placeY = (map.D * (x + 0.5)) + (map.E * (y + 0.5)) + map.F;
                var pixel = target.Slice(x * Channels, Channels);
                if (placeX >= 0 && placeX < image.Width && placeY >= 0 && placeY < image.Height)
                    Interpolate(copy, image, placeX - 0.5, placeY - 0.5, pixel);
                else
                    pixel.Fill(Outside);
            }
        }
        ArrayPool<byte>.Shared.Return(copy);
    }

    private static void Interpolate(byte[] source, RgbImage image, double placeX, double placeY, Span<byte> pixel)
    {
        int left = (int)Math.Floor(placeX), top = (int)Math.Floor(placeY);
        double across = placeX - left, down = placeY - top;
        Span<int> columns = stackalloc int[4];
        for (var i = 0; i < 4; i++)
            columns[i] = Math.Clamp(left - 1 + i, 0, image.Width - 1) * Channels;
        Span<double> rows = stackalloc double[4];
        for (var c = 0; c < Channels; c++)
        {
            for (var i = 0; i < 4; i++)
            {
                var row = (Math.Clamp(top - 1 + i, 0, image.Height - 1) * image.Stride) + c;
                rows[i] = Cubic(source[row + columns[0]], source[row + columns[1]], source[row + columns[2]], source[row + columns[3]], across);
            }
            pixel[c] = (byte)Math.Clamp(Cubic(rows[0], rows[1], rows[2], rows[3], down), 0, byte.MaxValue);
        }
    }

    private static double Cubic(double a, double b, double c, double d, double place) =>
        b + (place * (-a + c + (place * ((2 * (a - b)) + c - d + (place * (-a + b - c + d))))));

    private static byte[] Copied(RgbImage image)
    {
        var copy = ArrayPool<byte>.Shared.Rent(image.Pixels.Length);
        image.Pixels.CopyTo(copy, 0);
        return copy;
    }
}
