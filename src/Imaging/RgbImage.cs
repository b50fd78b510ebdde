using System.Runtime.InteropServices;

namespace Retrieval.Imaging;

/// <summary>
/// An sRGB image: bytes <c>[H, W, 3]</c>, row-major, without padding. The pixels may be written; an image has no other state
/// and is not synchronised.
/// </summary>
public sealed class RgbImage
{
    /// <summary>Bytes of one pixel.</summary>
    public const int Channels = 3;

    /// <summary>A black image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below one, or the image would not fit into an array.</exception>
    public RgbImage(int width, int height)
        : this(width, height, new byte[ByteCount(width, height)])
    {
    }

    /// <summary>Wraps (does not copy) <paramref name="pixels"/>, <c>[H, W, 3]</c>.</summary>
    /// <exception cref="ArgumentException">The array's length is not <c>height * width * 3</c>.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var expected = ByteCount(width, height);
        if (pixels.Length != expected)
            throw new ArgumentException($"an image of {width} x {height} needs {expected} bytes, got {pixels.Length}", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary><c>[H, W, 3]</c>: red, green, blue of each pixel, rows from the top.</summary>
    public byte[] Pixels { get; }

    /// <summary>Bytes of one row.</summary>
    public int Stride => Width * Channels;

    public int LongSide => Math.Max(Width, Height);

    public int ShortSide => Math.Min(Width, Height);

    public Rgb this[int x, int y]
    {
        get
        {
            var pixel = Row(y).Slice(x * Channels, Channels);
            return new Rgb(pixel[0], pixel[1], pixel[2]);
        }
        set
        {
            var pixel = Row(y).Slice(x * Channels, Channels);
            (pixel[0], pixel[1], pixel[2]) = (value.Red, value.Green, value.Blue);
        }
    }

    /// <summary>Row <paramref name="y"/>, <c>[W, 3]</c>.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Stride, Stride);

    /// <summary>A copy of the rectangle, which must lie inside the image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or leaves the image.</exception>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        if (left < 0 || top < 0 || width < 1 || height < 1 || width > Width - left || height > Height - top)
            throw new ArgumentOutOfRangeException(nameof(width), $"the crop {width} x {height} at ({left}, {top}) leaves the image of {Width} x {Height}");
        return CropPadded(left, top, width, height);
    }

    /// <summary>A copy of the rectangle; what lies outside the image is black.</summary>
    public RgbImage CropPadded(int left, int top, int width, int height)
    {
        int first = Math.Clamp(left, 0, Width), last = (int)Math.Clamp((long)left + width, first, Width);
        var inside = last - first == width && top >= 0 && (long)top + height <= Height;
        var crop = inside ? Uninitialized(width, height) : new RgbImage(width, height);
        if (last == first)
            return crop;
        for (var y = Math.Max(0, -(long)top); y < height && top + y < Height; y++)
        {
            var row = Row((int)(top + y))[(first * Channels)..(last * Channels)];
            row.CopyTo(crop.Row((int)y)[((first - left) * Channels)..]);
        }
        return crop;
    }

    /// <summary>A copy mirrored left to right.</summary>
    public RgbImage FlipHorizontal()
    {
        var flipped = Uninitialized(Width, Height);
        for (var y = 0; y < Height; y++)
        {
            var source = Row(y);
            var target = flipped.Row(y);
            for (int from = 0, to = Stride - Channels; to >= 0; from += Channels, to -= Channels)
                (target[to], target[to + 1], target[to + 2]) = (source[from], source[from + 1], source[from + 2]);
        }
        return flipped;
    }

    /// <summary>A copy turned by a quarter of a circle with the clock.</summary>
    public RgbImage TurnRight()
    {
        var turned = Uninitialized(Height, Width);
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
                turned[Height - 1 - y, x] = this[x, y];
        return turned;
    }

    /// <summary>Mirrors left to right without a copy.</summary>
    internal void MirrorInPlace()
    {
        for (var y = 0; y < Height; y++)
            MemoryMarshal.Cast<byte, Rgb>(Row(y)).Reverse();
    }

    public RgbImage Copy() => new(Width, Height, [.. Pixels]);

    /// <summary>An image whose pixels the caller is about to write, every one of them.</summary>
    internal static RgbImage Uninitialized(int width, int height) =>
        new(width, height, GC.AllocateUninitializedArray<byte>(ByteCount(width, height)));

    private static int ByteCount(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var count = (long)width * height * Channels;
        if (count > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(width), $"an image of {width} x {height} pixels does not fit into an array");
        return (int)count;
    }
}
