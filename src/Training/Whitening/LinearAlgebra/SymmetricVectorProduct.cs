using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// y = A x for the trailing part of a symmetric matrix whose upper triangle alone is stored. It is bound by memory: each entry is read
/// once and serves both its row and its column. Rows are dealt to a fixed number of lanes of equal work, each with a sum of its own.
/// </summary>
internal sealed unsafe class SymmetricVectorProduct(Matrix a, Workers workers)
{
    private const int MaxLanes = 8;

    private const int LaneRows = 64;

    private readonly double[][] _sums = [.. Enumerable.Range(0, MaxLanes).Select(_ => new double[a.Columns])];

    /// <summary>y[i] = sum over j of A[i, j] x[j], i and j from <paramref name="first"/> on; x and y hold one value for each of those rows.</summary>
    public void Multiply(int first, ReadOnlySpan<double> x, Span<double> y)
    {
        var rows = a.Rows - first;
        var lanes = Math.Clamp(rows / LaneRows, 1, MaxLanes);
        fixed (double* vector = x)
        {
            var shared = (nint)vector;
            workers.For(lanes, lane =>
            {
                int from = Boundary(lane), to = Boundary(lane + 1);
                var sums = _sums[lane].AsSpan(0, rows - from);
                sums.Clear();
                if (Vector512.IsHardwareAccelerated)
                    AddRows<Simd512, Vector512<double>>(first + from, to - from, (double*)shared + from, sums);
                else
                    AddRows<SimdNative, Vector<double>>(first + from, to - from, (double*)shared + from, sums);
            });
        }
        _sums[0].AsSpan(0, rows).CopyTo(y);
        for (var lane = 1; lane < lanes; lane++)
        {
            var from = Boundary(lane);
            VectorOperations.AddScaled(y[from..], 1, _sums[lane].AsSpan(0, rows - from));
        }

        // Row i has rows - i entries, so equal areas end at square roots.
        int Boundary(int lane) => lane == lanes ? rows : (int)(rows * (1 - Math.Sqrt(1 - ((double)lane / lanes))));
    }

    /// <summary>Adds what rows <paramref name="first"/> to first + count - 1 give; x and y begin at column <paramref name="first"/>.</summary>
    private void AddRows<TSimd, TVector>(int first, int count, double* x, Span<double> sums)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        const int group = 4;
        fixed (double* data = a.Data, y = sums)
        {
            var i = 0;
            for (; i <= count - group; i += group)
            {
                AddTriangle(data + a.IndexOf(first + i, first + i), group, x + i, y + i);
                AddFourRows<TSimd, TVector>(data + a.IndexOf(first + i, first + i + group), sums.Length - i - group, x + i, y + i);
            }
            for (; i < count; i++)
            {
                var row = a.Row(first + i, first + i);
                y[i] += VectorOperations.Dot(row, new ReadOnlySpan<double>(x + i, row.Length));
                VectorOperations.AddScaled(sums[(i + 1)..], x[i], row[1..]);
            }
        }
    }

    private void AddTriangle(double* corner, int side, double* x, double* y)
    {
        for (var i = 0; i < side; i++, corner += a.RowStride)
        {
            y[i] += corner[i] * x[i];
            for (var j = i + 1; j < side; j++)
            {
                y[i] += corner[j] * x[j];
                y[j] += corner[j] * x[i];
            }
        }
    }

    /// <summary>Four rows right of their diagonal triangle; <paramref name="x"/> and <paramref name="y"/> begin at the triangle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddFourRows<TSimd, TVector>(double* rows, int columns, double* x, double* y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        double* a0 = rows, a1 = a0 + a.RowStride, a2 = a1 + a.RowStride, a3 = a2 + a.RowStride, right = x + 4, target = y + 4;
        TVector x0 = TSimd.Create(x[0]), x1 = TSimd.Create(x[1]), x2 = TSimd.Create(x[2]), x3 = TSimd.Create(x[3]);
        TVector y0 = default, y1 = default, y2 = default, y3 = default;
        var j = 0;
        for (; j <= columns - TSimd.Count; j += TSimd.Count)
        {
            TVector r0 = TSimd.Load(a0 + j), r1 = TSimd.Load(a1 + j), r2 = TSimd.Load(a2 + j), r3 = TSimd.Load(a3 + j), b = TSimd.Load(right + j);
            y0 = TSimd.MultiplyAdd(r0, b, y0);
            y1 = TSimd.MultiplyAdd(r1, b, y1);
            y2 = TSimd.MultiplyAdd(r2, b, y2);
            y3 = TSimd.MultiplyAdd(r3, b, y3);
            var down = TSimd.MultiplyAdd(r1, x1, TSimd.MultiplyAdd(r0, x0, TSimd.Load(target + j)));
            TSimd.Store(TSimd.MultiplyAdd(r3, x3, TSimd.MultiplyAdd(r2, x2, down)), target + j);
        }
        y[0] += TSimd.Sum(y0);
        y[1] += TSimd.Sum(y1);
        y[2] += TSimd.Sum(y2);
        y[3] += TSimd.Sum(y3);
        for (; j < columns; j++)
        {
            target[j] += (a0[j] * x[0]) + (a1[j] * x[1]) + (a2[j] * x[2]) + (a3[j] * x[3]);
            y[0] += a0[j] * right[j];
            y[1] += a1[j] * right[j];
            y[2] += a2[j] * right[j];
            y[3] += a3[j] * right[j];
        }
    }
}
