using System.Buffers;
using System.Runtime.Intrinsics;

namespace Retrieval.Imaging.Resampling;

/// <summary>Separable resizing, equal to Pillow's to the byte: rows first, rounded to bytes, then columns.</summary>
internal static class Resampler
{
    /// <summary>
    /// Resizes the part <c>[0, endX] x [0, endY]</c> (all, where null) to <paramref name="width"/> x <paramref name="height"/>. A pass
    /// that would change nothing is left out.
    /// </summary>
    internal static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter, float? endX = null, float? endY = null)
    {
        var horizontal = width != image.Width || (endX ?? width) != width ? new ResampleWeights(image.Width, width, filter, endX) : null;
        var vertical = height != image.Height || (endY ?? height) != height ? new ResampleWeights(image.Height, height, filter, endY) : null;
        if (Vector512.IsHardwareAccelerated)
            return Run<Lanes512, Vector512<int>>(image, horizontal, vertical);
        if (Vector256.IsHardwareAccelerated)
            return Run<Lanes256, Vector256<int>>(image, horizontal, vertical);
        return Run<Lanes128, Vector128<int>>(image, horizontal, vertical);
    }

    /// <summary>The passes with one vector width; a null axis stays as it is.</summary>
    internal static RgbImage Run<TLanes, TSums>(RgbImage image, ResampleWeights? horizontal, ResampleWeights? vertical)
        where TLanes : IResampleLanes<TSums>
        where TSums : struct
    {
        var result = RgbImage.Uninitialized(horizontal?.Output ?? image.Width, vertical?.Output ?? image.Height);
        if (horizontal is null && vertical is null)
            image.Pixels.CopyTo(result.Pixels, 0);
        else if (vertical is null)
            ResamplePasses<TLanes, TSums>.Horizontal(image.Pixels, result.Pixels, image.Height, horizontal!);
        else if (horizontal is null)
            ResamplePasses<TLanes, TSums>.Vertical(image.Pixels, result.Pixels, image.Stride, 0, vertical);
        else
            BothPasses<TLanes, TSums>(image, result, horizontal, vertical);
        return result;
    }

    private static void BothPasses<TLanes, TSums>(RgbImage image, RgbImage result, ResampleWeights horizontal, ResampleWeights vertical)
        where TLanes : IResampleLanes<TSums>
        where TSums : struct
    {
        var (start, end) = vertical.InputRange;
        var narrow = ArrayPool<byte>.Shared.Rent(checked((end - start) * result.Stride));
        var rows = image.Pixels.AsSpan(start * image.Stride, (end - start) * image.Stride);
        ResamplePasses<TLanes, TSums>.Horizontal(rows, narrow, end - start, horizontal);
        ResamplePasses<TLanes, TSums>.Vertical(narrow, result.Pixels, result.Stride, start, vertical);
        ArrayPool<byte>.Shared.Return(narrow);
    }
}
