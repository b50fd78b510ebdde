using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Filters [columns, depth] (a convolution's weights, a database's rows, or a matrix used transposed) as a right operand: column k is filter k.</summary>
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Pack(int panel, int from, int depths, float* target)
    {
        int column = panel * Blocking.TileColumns, count = Math.Min(Blocking.TileColumns, columns - column);
        if (count < Blocking.TileColumns)
            FloatRun.Clear(target, depths * Blocking.TileColumns);
        var source = address + ((long)column * depth) + from;
        int wholeFilters = count - (count % Transposition.Size), wholeDepths = depths - (depths % Transposition.Size);
        for (var j = 0; j < wholeFilters; j += Transposition.Size)
        {
            for (var d = 0; d < wholeDepths; d += Transposition.Size)
            {
                // The next filters are far away: with these reads alone the memory would wait for each line.
                Prefetch.Rows(source + ((long)(j + Transposition.Size) * depth) + d, depth, Transposition.Size);
                Transposition.Run(source + ((long)j * depth) + d, depth, target + (d * Blocking.TileColumns) + j, Blocking.TileColumns);
            }
        }
        TransposePlainly(source + ((long)wholeFilters * depth), count - wholeFilters, wholeDepths, target + wholeFilters);
        TransposePlainly(source + wholeDepths, count, depths - wholeDepths, target + (wholeDepths * Blocking.TileColumns));
    }

    private void TransposePlainly(float* source, int filters, int depths, float* target)
    {
        for (var j = 0; j < filters; j++)
            for (var d = 0; d < depths; d++)
                target[(d * Blocking.TileColumns) + j] = source[((long)j * depth) + d];
    }
}
