using System.Buffers;
using System.Numerics;

namespace Retrieval.Imaging.Resampling;

/// <summary>Averages blocks of whole pixels: the cheap first step of a strong reduction.</summary>
internal static class BlockReduction
{
    private const int ReciprocalBits = 24;

    /// <summary>
    /// An image of <c>ceil(W / factorX) x ceil(H / factorY)</c> pixels; blocks at the right and lower border may be smaller. A value is
    /// <c>((sum + n div 2) * floor(2^24 / n)) >> 24</c> for the n pixels of its block, as in Pillow.
    /// </summary>
    internal static RgbImage Reduce(RgbImage image, int factorX, int factorY)
    {
        var reduced = RgbImage.Uninitialized(((image.Width - 1) / factorX) + 1, ((image.Height - 1) / factorY) + 1);
        var columns = ArrayPool<uint>.Shared.Rent(image.Stride);
        var sums = columns.AsSpan(0, image.Stride);
        for (var y = 0; y < reduced.Height; y++)
        {
            var rows = Math.Min(factorY, image.Height - (y * factorY));
            sums.Clear();
            for (var row = 0; row < rows; row++)
                Add(sums, image.Row((y * factorY) + row));
            AverageRow(sums, reduced.Row(y), factorX, rows);
        }
        ArrayPool<uint>.Shared.Return(columns);
        return reduced;
    }

    private static void Add(Span<uint> sums, ReadOnlySpan<byte> row)
    {
        int x = 0, quarter = Vector<uint>.Count;
        for (; x + Vector<byte>.Count <= row.Length; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            var block = sums.Slice(x, Vector<byte>.Count);
            (new Vector<uint>(block) + a).CopyTo(block);
            (new Vector<uint>(block[quarter..]) + b).CopyTo(block[quarter..]);
            (new Vector<uint>(block[(2 * quarter)..]) + c).CopyTo(block[(2 * quarter)..]);
            (new Vector<uint>(block[(3 * quarter)..]) + d).CopyTo(block[(3 * quarter)..]);
        }
        for (; x < row.Length; x++)
            sums[x] += row[x];
    }

    private static void AverageRow(ReadOnlySpan<uint> sums, Span<byte> target, int factorX, int rows)
    {
        for (int x = 0, from = 0; x < target.Length; x += RgbImage.Channels)
        {
            var end = Math.Min(from + (factorX * RgbImage.Channels), sums.Length);
            var count = (uint)((end - from) / RgbImage.Channels * rows);
            uint red = count / 2, green = red, blue = red, reciprocal = (1u << ReciprocalBits) / count;
            for (; from < end; from += RgbImage.Channels)
            {
                red += sums[from];
                green += sums[from + 1];
                blue += sums[from + 2];
            }
            target[x] = (byte)((red * reciprocal) >> ReciprocalBits);
            target[x + 1] = (byte)((green * reciprocal) >> ReciprocalBits);
            target[x + 2] = (byte)((blue * reciprocal) >> ReciprocalBits);
        }
    }
}
