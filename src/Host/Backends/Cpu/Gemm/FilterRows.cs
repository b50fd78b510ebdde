namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Filters [K, R, S, C] as the right operand of a convolution's input gradient: depth (r, s, k) runs over some of the taps, column c over the
/// channels; optionally each row is multiplied by a factor of its filter. One tap alone makes it a plain matrix [K, C].
/// </summary>
internal readonly unsafe struct FilterRows(float* address, int filters, int channels, TapSet tapsY, TapSet tapsX, float* scale) : IRightOperand
{
    private long FilterStride => (long)tapsY.Extent * tapsX.Extent * channels;

    /// <summary>A matrix [depth, columns].</summary>
    public static FilterRows Matrix(float* address, int depth, int columns) => new(address, depth, columns, TapSet.Single, TapSet.Single, null);

    public float* Panels(int panel, int panelEnd, int depth, int depths, float* room)
    {
        int column = panel * Blocking.TileColumns, columns = Math.Min(panelEnd * Blocking.TileColumns, channels) - column;
        var lines = new PanelLines(room, depths);
        lines.ClearMissing(columns);
        for (var d = 0; d < depths; d++)
        {
            var source = Row(depth + d) + column;
            if (scale == null)
                lines.Copy(source, d, 0, columns);
            else
                lines.Scale(source, scale[(depth + d) % filters], d, columns);
        }
        return room;
    }

    public bool PanelsAhead(int panel, int panelEnd, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(Row(depth) + (panel * Blocking.TileColumns), (nint)FilterStride, (panelEnd - panel) * Blocking.TileColumns, depths, depths, part, out hint);

    private float* Row(int depth)
    {
        int tap = depth / filters, filter = depth - (tap * filters);
        int r = tapsY.Tap(tap / tapsX.Count), s = tapsX.Tap(tap % tapsX.Count);
        return address + (filter * FilterStride) + (((r * tapsX.Extent) + s) * (long)channels);
    }
}
