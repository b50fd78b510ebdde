using System.Numerics;
using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Makes the batch row by row: the image's rows are blended first, then each pixel of the row is taken from the blend, and the row is
/// finished; but where contrast asks for the mean luminance of the whole picture, only the row's luminance is summed.
/// </summary>
/// <param name="finish">The images, the batch, and what is done to a resized row.</param>
/// <param name="pixels">The images' bytes.</param>
/// <param name="blends">A row of floats for each worker.</param>
/// <param name="blendLength">Floats from a worker's row to the next.</param>
internal readonly unsafe struct ImageRows(ImageFinish finish, byte* pixels, float* blends, long blendLength) : IParallelBody
{
    private const int Channels = 3;

    public void Run(int index, int worker)
    {
        ref readonly var image = ref finish.Image(index, out var row);
        var target = finish.Row(index);
        if (IsWhole(image))
            Widen(Row(image, row), target);
        else
            Resample(image, row, worker, target);
        if (image.Colour.HasContrast)
            finish.SumLuminance(index, worker);
        else
            finish.Finish(index, worker);
    }

    /// <summary>Whether the whole image is shown as it is.</summary>
    private bool IsWhole(in ImageSource image) =>
        (image.Height, image.Width, image.Left, image.Top, image.BoxWidth, image.BoxHeight, image.Flip) == (finish.Height, finish.Width, 0f, 0f, finish.Width, finish.Height, false);

    private byte* Row(in ImageSource image, int row) => pixels + image.Offset + ((long)row * image.Width * Channels);

    /// <summary>What the general way gives for a row of an image that is neither cut nor resized.</summary>
    private void Widen(byte* source, float* target)
    {
        for (var i = 0; i < finish.Width * Channels; i++)
            target[i] = source[i];
    }

    private void Resample(in ImageSource image, int row, int worker, float* target)
    {
        var down = new TriangleTaps(row, finish.Height, image.Top, image.BoxHeight);
        var start = (int)MathF.Floor(image.Left);
        var extent = TriangleTaps.Extent(image.Left, image.BoxWidth);
        var blend = new Span<float>(blends + (worker * blendLength), extent * Channels);
        blend.Clear();
        // What lies outside the image is black: it adds nothing, but its weight counts.
        int first = Math.Max(0, start), end = Math.Min(image.Width, start + extent);
        for (var source = Math.Max(0, down.First); source < Math.Min(image.Height, down.End); source++)
            AddRow(blend[((first - start) * Channels)..((end - start) * Channels)], Row(image, source) + (first * (long)Channels), down.Weight(source));
        for (var column = 0; column < finish.Width; column++, target += Channels)
        {
            var across = new TriangleTaps(image.Flip ? finish.Width - 1 - column : column, finish.Width, image.Left, image.BoxWidth);
            var pixel = Take(blend, start, across) / (across.Total * down.Total);
            (target[0], target[1], target[2]) = (pixel.X, pixel.Y, pixel.Z);
        }
    }

    private static Vector3 Take(ReadOnlySpan<float> blend, int start, in TriangleTaps taps)
    {
        var sum = Vector3.Zero;
        for (var pixel = taps.First; pixel < taps.End; pixel++)
            sum += taps.Weight(pixel) * new Vector3(blend.Slice((pixel - start) * Channels, Channels));
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(Span<float> sums, byte* bytes, float weight)
    {
        var i = 0;
        for (; i <= sums.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Vector.Load(bytes + i), out var low, out var high);
            AddFloats(sums[i..], low, weight);
            AddFloats(sums[(i + Vector<ushort>.Count)..], high, weight);
        }
        for (; i < sums.Length; i++)
            sums[i] += weight * bytes[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFloats(Span<float> sums, Vector<ushort> values, float weight)
    {
        Vector.Widen(values, out var low, out var high);
        (new Vector<float>(sums) + (weight * Vector.ConvertToSingle(low.As<uint, int>()))).CopyTo(sums);
        var rest = sums[Vector<float>.Count..];
        (new Vector<float>(rest) + (weight * Vector.ConvertToSingle(high.As<uint, int>()))).CopyTo(rest);
    }
}
