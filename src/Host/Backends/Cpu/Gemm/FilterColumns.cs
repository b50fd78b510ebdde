using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Filters [columns, depth] (a convolution's weights, or a matrix used transposed) as a right operand: column k is filter k.</summary>
internal readonly unsafe struct FilterColumns(float* address, int columns, int depth) : IRightOperand
{
    public float* Panels(int panel, int panelEnd, int from, int depths, float* room)
    {
        for (var p = panel; p < panelEnd; p++)
            Pack(p, from, depths, room + ((p - panel) * depths * Blocking.TileColumns));
        return room;
    }

    public bool PanelsAhead(int panel, int panelEnd, int from, int depths, int part, out Hint hint) =>
        Hint.Part(address + ((long)panel * Blocking.TileColumns * depth) + from, depth, depths, (panelEnd - panel) * Blocking.TileColumns, depths, part, out hint);

    private void Pack(int panel, int from, int depths, float* target)
    {
        int column = panel * Blocking.TileColumns, count = Math.Min(Blocking.TileColumns, columns - column);
        if (count < Blocking.TileColumns)
            FloatRun.Clear(target, depths * Blocking.TileColumns);
        var source = address + ((long)column * depth) + from;
        var whole = 0;
        if (Avx.IsSupported)
        {
            whole = depths - (depths % 8);
            var eights = count - (count % 8);
            for (var j = 0; j < eights; j += 8)
                for (var d = 0; d < whole; d += 8)
                {
                    // The next filters are far away: with these reads alone the memory would wait for each line.
                    var ahead = source + ((long)(j + 8 + ((d & 8) / 2)) * depth) + d;
                    for (var row = 0; row < 4; row++)
                        Sse.Prefetch0(ahead + ((long)row * depth));
                    Transpose8x8(source + ((long)j * depth) + d, depth, target + (d * Blocking.TileColumns) + j);
                }
            TransposePlainly(source + ((long)eights * depth), count - eights, whole, target + eights);
        }
        TransposePlainly(source + whole, count, depths - whole, target + (whole * Blocking.TileColumns));
    }

    private void TransposePlainly(float* source, int filters, int depths, float* target)
    {
        for (var j = 0; j < filters; j++)
            for (var d = 0; d < depths; d++)
                target[(d * Blocking.TileColumns) + j] = source[((long)j * depth) + d];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x8(float* source, long stride, float* target)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + stride);
        Vector256<float> r2 = Vector256.Load(source + (2 * stride)), r3 = Vector256.Load(source + (3 * stride));
        Vector256<float> r4 = Vector256.Load(source + (4 * stride)), r5 = Vector256.Load(source + (5 * stride));
        Vector256<float> r6 = Vector256.Load(source + (6 * stride)), r7 = Vector256.Load(source + (7 * stride));
        // Pairs, then fours within each half, then the halves.
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44), b1 = Avx.Shuffle(a0, a2, 0xEE), b2 = Avx.Shuffle(a1, a3, 0x44), b3 = Avx.Shuffle(a1, a3, 0xEE);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44), b5 = Avx.Shuffle(a4, a6, 0xEE), b6 = Avx.Shuffle(a5, a7, 0x44), b7 = Avx.Shuffle(a5, a7, 0xEE);
        var columns = Blocking.TileColumns;
        Avx.Permute2x128(b0, b4, 0x20).Store(target);
        Avx.Permute2x128(b1, b5, 0x20).Store(target + columns);
        Avx.Permute2x128(b2, b6, 0x20).Store(target + (2 * columns));
        Avx.Permute2x128(b3, b7, 0x20).Store(target + (3 * columns));
        Avx.Permute2x128(b0, b4, 0x31).Store(target + (4 * columns));
        Avx.Permute2x128(b1, b5, 0x31).Store(target + (5 * columns));
        Avx.Permute2x128(b2, b6, 0x31).Store(target + (6 * columns));
        Avx.Permute2x128(b3, b7, 0x31).Store(target + (7 * columns));
    }
}
