using System.Buffers;
using System.Runtime.Intrinsics;

namespace Retrieval.Imaging.Resampling;

/// <summary>The two passes of a resize, for one vector width. Exact: integers throughout, one rounding a pass.</summary>
internal static unsafe class ResamplePasses<TLanes, TSums>
    where TLanes : IResampleLanes<TSums>
    where TSums : struct
{
    private const int Half = 1 << (ResampleWeights.FractionBits - 1);
    private const int Channels = RgbImage.Channels;

    /// <summary>Resizes each row: <paramref name="source"/> <c>[rows, Input, 3]</c> to <paramref name="target"/> <c>[rows, Output, 3]</c>.</summary>
    internal static void Horizontal(ReadOnlySpan<byte> source, Span<byte> target, int rows, ResampleWeights weights)
    {
        int sourceStride = weights.Input * Channels, targetStride = weights.Output * Channels;
        var steps = (weights.Taps + TLanes.Pixels - 1) / TLanes.Pixels;
        var spread = Spread(weights, steps);
        // The last step of a row may read past its end; near the end of the image it does so in a copy.
        var overrun = (steps * TLanes.Pixels * Channels) + TLanes.Lanes;
        var scratch = ArrayPool<byte>.Shared.Rent(sourceStride + overrun);
        fixed (byte* from = source, to = target, copy = scratch)
        fixed (int* taps = spread, first = weights.First)
            for (var y = 0; y < rows; y++)
            {
                var row = from + ((long)y * sourceStride);
                if (((long)(y + 1) * sourceStride) + overrun > source.Length)
                {
                    source.Slice(y * sourceStride, sourceStride).CopyTo(scratch);
                    row = copy;
                }
                ResizeRow(row, to + ((long)y * targetStride), taps, first, weights.Output, steps);
            }
        ArrayPool<byte>.Shared.Return(scratch);
        ArrayPool<int>.Shared.Return(spread);
    }

    /// <summary>
    /// Resizes each column: rows of <paramref name="stride"/> bytes, the first of them being input row <paramref name="firstRow"/>,
    /// to <paramref name="target"/> <c>[Output, stride]</c>.
    /// </summary>
    internal static void Vertical(ReadOnlySpan<byte> source, Span<byte> target, int stride, int firstRow, ResampleWeights weights)
    {
        fixed (byte* from = source, to = target)
            for (var y = 0; y < weights.Output; y++)
                fixed (int* taps = weights.Of(y))
                {
                    var rows = from + ((long)(weights.First[y] - firstRow) * stride);
                    BlendRows(rows, stride, taps, weights.Counts[y], to + ((long)y * stride));
                }
    }

    private static void ResizeRow(byte* source, byte* target, int* taps, int* first, int outputs, int steps)
    {
        var rounding = TLanes.Broadcast(0);
        var half = Vector128.Create(Half);
        for (var x = 0; x < outputs; x++)
        {
            var bytes = source + (first[x] * Channels);
            var sums = rounding;
            for (var step = 0; step < steps; step++)
            {
                sums = TLanes.MultiplyAdd(sums, bytes, TLanes.Load(taps));
                bytes += TLanes.Pixels * Channels;
                taps += TLanes.Lanes;
            }
            var pixel = Lanes128.ClipToBytes(TLanes.AddPixels(sums) + half);
            if (x + 1 < outputs)
                *(uint*)target = pixel;
            else
                (target[0], target[1], target[2]) = ((byte)pixel, (byte)(pixel >> 8), (byte)(pixel >> 16));
            target += Channels;
        }
    }

    private static void BlendRows(byte* rows, int stride, int* taps, int count, byte* target)
    {
        var x = 0;
        for (; x + (4 * TLanes.Lanes) <= stride; x += 4 * TLanes.Lanes)
            BlendFour(rows + x, stride, taps, count, target + x);
        for (; x + TLanes.Lanes <= stride; x += TLanes.Lanes)
            BlendOne(rows + x, stride, taps, count, target + x);
        for (; x < stride; x++)
        {
            var sum = Half;
            for (var t = 0; t < count; t++)
                sum += rows[((long)t * stride) + x] * taps[t];
            target[x] = (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, byte.MaxValue);
        }
    }

    private static void BlendOne(byte* bytes, int stride, int* taps, int count, byte* target)
    {
        var sums = TLanes.Broadcast(Half);
        for (var t = 0; t < count; t++, bytes += stride)
            sums = TLanes.MultiplyAdd(sums, bytes, TLanes.Broadcast(taps[t]));
        TLanes.Store(sums, target);
    }

    /// <summary>Four vectors at once: one weight is broadcast for all of them.</summary>
    private static void BlendFour(byte* bytes, int stride, int* taps, int count, byte* target)
    {
        TSums a = TLanes.Broadcast(Half), b = a, c = a, d = a;
        for (var t = 0; t < count; t++, bytes += stride)
        {
            var weight = TLanes.Broadcast(taps[t]);
            a = TLanes.MultiplyAdd(a, bytes, weight);
            b = TLanes.MultiplyAdd(b, bytes + TLanes.Lanes, weight);
            c = TLanes.MultiplyAdd(c, bytes + (2 * TLanes.Lanes), weight);
            d = TLanes.MultiplyAdd(d, bytes + (3 * TLanes.Lanes), weight);
        }
        TLanes.Store(a, target);
        TLanes.Store(b, target + TLanes.Lanes);
        TLanes.Store(c, target + (2 * TLanes.Lanes));
        TLanes.Store(d, target + (3 * TLanes.Lanes));
    }

    /// <summary>Each weight three times (red, green, blue), grouped as a vector reads the pixels: <c>[Output, steps, Lanes]</c>.</summary>
    private static int[] Spread(ResampleWeights weights, int steps)
    {
        var length = weights.Output * steps * TLanes.Lanes;
        var spread = ArrayPool<int>.Shared.Rent(length);
        spread.AsSpan(0, length).Clear();
        for (var x = 0; x < weights.Output; x++)
        {
            var taps = weights.Of(x);
            for (var t = 0; t < taps.Length; t++)
            {
                var (step, pixel) = Math.DivRem(t, TLanes.Pixels);
                spread.AsSpan((((x * steps) + step) * TLanes.Lanes) + (pixel * Channels), Channels).Fill(taps[t]);
            }
        }
        return spread;
    }
}
