using System.Numerics;
using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Makes the batch row by row: the image's rows are blended first, then each pixel of the row is taken from the blend.</summary>
/// <param name="jobs">[N].</param>
/// <param name="height">Rows of an image of the batch.</param>
/// <param name="width">Pixels of such a row.</param>
/// <param name="blends">A row of floats for each worker.</param>
/// <param name="blendLength">Floats from a worker's row to the next.</param>
/// <param name="scale">Of red, green and blue.</param>
/// <param name="shift">Of red, green and blue.</param>
/// <param name="y">[N, height, width, 3].</param>
internal readonly unsafe struct ImageRows(ImageJob* jobs, int height, int width, float* blends, long blendLength, Vector3 scale, Vector3 shift, float* y) : IParallelBody
{
    private const int Channels = 3;

    public void Run(int index, int worker)
    {
        var (image, row) = Math.DivRem(index, height);
        var job = jobs[image];
        var target = y + ((long)index * width * Channels);
        if (job.IsWhole(height, width))
        {
            Scale(job.Row(row), target);
            return;
        }
        var down = new TriangleTaps(row, height, job.Part.Top, job.Part.Height, job.Height);
        int first = (int)job.Part.Left, end = Math.Min(job.Width, (int)MathF.Ceiling(job.Part.Left + job.Part.Width));
        var blend = new Span<float>(blends + (worker * blendLength), (end - first) * Channels);
        blend.Clear();
        for (var source = down.First; source < down.End; source++)
            AddRow(blend, job.Row(source) + (first * (long)Channels), down.Weight(source));
        for (var column = 0; column < width; column++, target += Channels)
        {
            var across = new TriangleTaps(job.Part.Flip ? width - 1 - column : column, width, job.Part.Left, job.Part.Width, job.Width);
            Store(Take(blend, first, across) / (across.Total * down.Total), target);
        }
    }

    /// <summary>What the general way gives for a row of an image that is neither cut nor resized.</summary>
    private void Scale(byte* source, float* target)
    {
        for (var column = 0; column < width; column++, source += Channels, target += Channels)
            Store(new Vector3(source[0], source[1], source[2]), target);
    }

    private void Store(Vector3 pixel, float* target) =>
        (target[0], target[1], target[2]) = ((pixel.X * scale.X) + shift.X, (pixel.Y * scale.Y) + shift.Y, (pixel.Z * scale.Z) + shift.Z);

    private static Vector3 Take(ReadOnlySpan<float> blend, int first, in TriangleTaps taps)
    {
        var sum = Vector3.Zero;
        for (var pixel = taps.First; pixel < taps.End; pixel++)
            sum += taps.Weight(pixel) * new Vector3(blend.Slice((pixel - first) * Channels, Channels));
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
