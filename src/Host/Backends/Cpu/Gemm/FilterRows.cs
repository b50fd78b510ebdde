namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Filters [K, R, S, C] as the right operand of a convolution's input gradient: depth (r, s, k) runs over some of the taps, column c over the
/// channels; optionally each row is multiplied by a factor of its filter. One tap alone makes it a plain matrix [K, C].
/// </summary>
internal readonly unsafe struct FilterRows(float* address, int filters, int channels, TapSet tapsY, TapSet tapsX, float* scale) : IRightOperand
{
    /// <summary>A matrix [depth, columns].</summary>
    public static FilterRows Matrix(float* address, int depth, int columns) => new(address, depth, columns, TapSet.Single, TapSet.Single, null);

    public float* Panel(int panel, int depth, int depths, float* scratch)
    {
        int column = panel * Blocking.TileColumns, columns = Math.Min(Blocking.TileColumns, channels - column);
        for (int tap = depth / filters, filter = depth - (tap * filters), done = 0; done < depths; tap++, filter = 0)
        {
            var count = Math.Min(filters - filter, depths - done);
            Pack(tap, filter, count, column, columns, scratch + ((long)done * Blocking.TileColumns));
            done += count;
        }
        return scratch;
    }

    private void Pack(int tap, int filter, int count, int column, int columns, float* target)
    {
        int r = tapsY.Tap(tap / tapsX.Count), s = tapsX.Tap(tap % tapsX.Count);
        var stride = (long)tapsY.Extent * tapsX.Extent * channels;
        var source = address + (filter * stride) + (((r * tapsX.Extent) + s) * (long)channels) + column;
        for (; count > 0; count--, filter++, source += stride, target += Blocking.TileColumns)
        {
            if (scale == null)
                FloatRun.Copy(source, target, columns);
            else
                FloatRun.Scale(source, scale[filter], target, columns);
            if (columns < Blocking.TileColumns)
                FloatRun.Clear(target + columns, Blocking.TileColumns - columns);
        }
    }
}
