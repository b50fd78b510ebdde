using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Panels that are being packed line by line: a line runs across all of them, <see cref="Blocking.TileColumns"/> floats in each.</summary>
/// <param name="room">The first panel; each next one follows the one before.</param>
/// <param name="depths">Lines of a panel.</param>
internal readonly unsafe struct PanelLines(float* room, int depths) : IPackTarget
{
    private int PanelStride => depths * Blocking.TileColumns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Copy(float* source, int line, int at, int count)
    {
        var target = Place(line, at);
        if (at % Blocking.TileColumns == 0)
        {
            for (; count >= Blocking.TileColumns; count -= Blocking.TileColumns, source += Blocking.TileColumns, target += PanelStride)
                CopyWhole(source, target);
            FloatRun.Copy(source, target, count);
        }
        else
            CopyParts(source, line, at, count);
    }

    /// <summary>Copies floats times a factor to the first columns of a line.</summary>
    public void Scale(float* source, float factor, int line, int count)
    {
        for (var target = Place(line, 0); count > 0; count -= Blocking.TileColumns, source += Blocking.TileColumns, target += PanelStride)
            FloatRun.Scale(source, factor, target, Math.Min(count, Blocking.TileColumns));
    }

    public void Clear(int line, int at, int count)
    {
        while (count > 0)
        {
            var part = Math.Min(count, Blocking.TileColumns - (at % Blocking.TileColumns));
            FloatRun.Clear(Place(line, at), part);
            at += part;
            count -= part;
        }
    }

    /// <summary>Zeroes the last panel when some of its columns do not exist.</summary>
    public void ClearMissing(int columns)
    {
        if (columns % Blocking.TileColumns != 0)
            FloatRun.Clear(Place(0, columns - (columns % Blocking.TileColumns)), PanelStride);
    }

    private void CopyParts(float* source, int line, int at, int count)
    {
        while (count > 0)
        {
            var part = Math.Min(count, Blocking.TileColumns - (at % Blocking.TileColumns));
            FloatRun.Copy(source, Place(line, at), part);
            source += part;
            at += part;
            count -= part;
        }
    }

    /// <summary>Where a column of a line lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Place(int line, int at) =>
        room + ((uint)at / (uint)Blocking.TileColumns * (long)PanelStride) + (line * Blocking.TileColumns) + (int)((uint)at % (uint)Blocking.TileColumns);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyWhole(float* source, float* target)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512.Load(source).Store(target);
            Vector512.Load(source + 16).Store(target + 16);
            return;
        }
        for (var i = 0; i < Blocking.TileColumns; i += 8)
            Vector256.Load(source + i).Store(target + i);
    }
}
