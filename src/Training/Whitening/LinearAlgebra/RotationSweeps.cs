using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// Plane rotations of neighbouring rows, recorded in sweeps and applied to a matrix many at a time: a stripe of columns is copied to where it stays in the
/// second-level cache, all recorded sweeps pass over it, and it is copied back. Within a sweep the row that two neighbouring rotations share stays
/// in registers.
/// </summary>
internal sealed unsafe class RotationSweeps(Matrix target, Workers workers)
{
    private const int StripeVectors = 4;

    /// <summary>At most this many recorded rotations (16 MiB), or those of one sweep if that is more.</summary>
    private readonly int _capacity = Math.Max(1 << 20, target.Rows);

    private readonly List<(int FirstRow, int Count)> _sweeps = [];

    /// <summary>Cosine and sine of each rotation.</summary>
    private double[] _rotations = [];

    private int _count;

    /// <summary>Opens a sweep of <paramref name="count"/> rotations of rows (k, k + 1), k = firstRow, firstRow + 1, ...</summary>
    /// <returns>Where to write cosine and sine of each: row k becomes c row_k + s row_(k+1), row k + 1 becomes c row_(k+1) - s row_k.</returns>
    public Span<double> Record(int firstRow, int count)
    {
        if (_count + count > _capacity)
            Flush();
        if (_rotations.Length == 0)
            _rotations = new double[2 * (int)Math.Min(_capacity, 2L * target.Rows * target.Rows)];
        _sweeps.Add((firstRow, count));
        _count += count;
        return _rotations.AsSpan(2 * (_count - count), 2 * count);
    }

    /// <summary>Applies what has been recorded.</summary>
    public void Flush()
    {
        if (Vector512.IsHardwareAccelerated)
            Apply<Simd512, Vector512<double>>();
        else
            Apply<SimdNative, Vector<double>>();
        _sweeps.Clear();
        _count = 0;
    }

    private void Apply<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var width = StripeVectors * TSimd.Count;
        workers.For((target.Columns + width - 1) / width, index =>
        {
            var columns = Math.Min(width, target.Columns - (index * width));
            var stripe = GC.AllocateUninitializedArray<double>(target.Rows * width);
            for (var i = 0; i < target.Rows; i++)
                target.Row(i, index * width)[..columns].CopyTo(stripe.AsSpan(i * width));
            fixed (double* rows = stripe, rotations = _rotations)
            {
                var next = rotations;
                foreach (var (firstRow, count) in _sweeps)
                {
                    Rotate<TSimd, TVector>(rows + ((long)firstRow * width), next, count);
                    next += 2 * count;
                }
            }
            for (var i = 0; i < target.Rows; i++)
                stripe.AsSpan(i * width, columns).CopyTo(target.Row(i, index * width));
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate<TSimd, TVector>(double* row, double* rotations, int count)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var step = TSimd.Count;
        TVector upper0 = TSimd.Load(row), upper1 = TSimd.Load(row + step), upper2 = TSimd.Load(row + (2 * step)), upper3 = TSimd.Load(row + (3 * step));
        for (var end = rotations + (2L * count); rotations < end; rotations += 2)
        {
            TVector c = TSimd.Create(rotations[0]), s = TSimd.Create(rotations[1]), minus = TSimd.Create(-rotations[1]);
            var next = row + (StripeVectors * step);
            TVector lower0 = TSimd.Load(next), lower1 = TSimd.Load(next + step), lower2 = TSimd.Load(next + (2 * step)), lower3 = TSimd.Load(next + (3 * step));
            TSimd.Store(TSimd.MultiplyAdd(c, upper0, TSimd.Multiply(s, lower0)), row);
            TSimd.Store(TSimd.MultiplyAdd(c, upper1, TSimd.Multiply(s, lower1)), row + step);
            TSimd.Store(TSimd.MultiplyAdd(c, upper2, TSimd.Multiply(s, lower2)), row + (2 * step));
            TSimd.Store(TSimd.MultiplyAdd(c, upper3, TSimd.Multiply(s, lower3)), row + (3 * step));
            upper0 = TSimd.MultiplyAdd(minus, upper0, TSimd.Multiply(c, lower0));
            upper1 = TSimd.MultiplyAdd(minus, upper1, TSimd.Multiply(c, lower1));
            upper2 = TSimd.MultiplyAdd(minus, upper2, TSimd.Multiply(c, lower2));
            upper3 = TSimd.MultiplyAdd(minus, upper3, TSimd.Multiply(c, lower3));
            row = next;
        }
        TSimd.Store(upper0, row);
        TSimd.Store(upper1, row + step);
        TSimd.Store(upper2, row + (2 * step));
        TSimd.Store(upper3, row + (3 * step));
    }
}
