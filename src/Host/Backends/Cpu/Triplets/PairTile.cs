using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>Sums over the dimensions for every pair of a few rows with a few others, two by four at a time in registers.</summary>
internal static unsafe class PairTile
{
    /// <summary>Rows on each side, at most.</summary>
    public const int Side = 16;

    private const int BlockRows = 2, BlockColumns = 4;

    /// <summary>Fills values [Side, Side] with |a - b|^2, or with a . b. The lists hold Side rows; those behind the last stand for any row.</summary>
    public static void Compute(bool products, float** a, int rows, float** b, int columns, int dimension, float* values)
    {
        for (var row = 0; row < rows; row += BlockRows)
            for (var column = 0; column < columns; column += BlockColumns)
                if (products)
                    Block<Products>(a + row, b + column, dimension, values + (row * Side) + column);
                else
                    Block<SquaredDifferences>(a + row, b + column, dimension, values + (row * Side) + column);
    }

    private static void Block<TTerm>(float** a, float** b, int dimension, float* values) where TTerm : struct, ITerm
    {
        for (var row = 0; row < BlockRows; row++)
            new Span<float>(values + (row * Side), BlockColumns).Clear();
        var at = 0;
        if (Vector512.IsHardwareAccelerated)
            at = Sweep<TTerm, Lanes16>(a, b, at, dimension, values);
        if (Vector256.IsHardwareAccelerated)
            at = Sweep<TTerm, Lanes8>(a, b, at, dimension, values);
        if (Vector128.IsHardwareAccelerated)
            at = Sweep<TTerm, Lanes4>(a, b, at, dimension, values);
        Sweep<TTerm, Lanes1>(a, b, at, dimension, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Sweep<TTerm, TLanes>(float** a, float** b, int at, int end, float* values)
        where TTerm : struct, ITerm
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (at > end - TLanes.Count)
            return at;
        float* a0 = a[0], a1 = a[1], b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
        TLanes s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        for (; at <= end - TLanes.Count; at += TLanes.Count)
        {
            TLanes x0 = TLanes.Load(a0 + at), x1 = TLanes.Load(a1 + at), y = TLanes.Load(b0 + at);
            s00 = TTerm.Add(x0, y, s00);
            s10 = TTerm.Add(x1, y, s10);
            y = TLanes.Load(b1 + at);
            s01 = TTerm.Add(x0, y, s01);
            s11 = TTerm.Add(x1, y, s11);
            y = TLanes.Load(b2 + at);
            s02 = TTerm.Add(x0, y, s02);
            s12 = TTerm.Add(x1, y, s12);
            y = TLanes.Load(b3 + at);
            s03 = TTerm.Add(x0, y, s03);
            s13 = TTerm.Add(x1, y, s13);
        }
        values[0] += TLanes.Sum(s00);
        values[1] += TLanes.Sum(s01);
        values[2] += TLanes.Sum(s02);
        values[3] += TLanes.Sum(s03);
        values[Side] += TLanes.Sum(s10);
        values[Side + 1] += TLanes.Sum(s11);
        values[Side + 2] += TLanes.Sum(s12);
        values[Side + 3] += TLanes.Sum(s13);
        return at;
    }

    private interface ITerm
    {
        static abstract TLanes Add<TLanes>(TLanes a, TLanes b, TLanes sum) where TLanes : unmanaged, ILanes<TLanes>;
    }

    private readonly struct Products : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Add<TLanes>(TLanes a, TLanes b, TLanes sum) where TLanes : unmanaged, ILanes<TLanes> => TLanes.MultiplyAdd(a, b, sum);
    }

    private readonly struct SquaredDifferences : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Add<TLanes>(TLanes a, TLanes b, TLanes sum) where TLanes : unmanaged, ILanes<TLanes>
        {
            var difference = a - b;
            return TLanes.MultiplyAdd(difference, difference, sum);
        }
    }
}
