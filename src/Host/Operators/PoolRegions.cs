namespace Retrieval.Host;

/// <summary>Rectangles of maps of one size, checked, and where a device finds them. The caller disposes it before the device.</summary>
public sealed class PoolRegions : IDisposable
{
    private readonly PoolRegion[] _regions;

    /// <summary>Takes over a list of regions.</summary>
    /// <param name="device">Where maps are pooled.</param>
    /// <param name="height">Rows of the maps.</param>
    /// <param name="width">Columns of the maps.</param>
    /// <param name="regions">At least one, each within the map.</param>
    /// <exception cref="ArgumentException">No region, or one that is empty or reaches out of the map.</exception>
    public PoolRegions(Device device, int height, int width, IEnumerable<PoolRegion> regions)
    {
        (Height, Width, _regions) = (height, width, [.. regions]);
        if (_regions.Length == 0)
            throw new ArgumentException("regions: expected at least one, got none", nameof(regions));
        foreach (var region in _regions)
            if (region is not { Row: >= 0, Column: >= 0, Height: >= 1, Width: >= 1 } || region.Row > height - region.Height || region.Column > width - region.Width)
                throw new ArgumentException($"regions: {region} does not lie within a map of {height} x {width}", nameof(regions));
        int[] table = [.. _regions.SelectMany(region => (int[])[region.Row, region.Column, region.Height, region.Width])];
        Table = device.Rent<int>(new Shape(Count, 4), table, MemoryPurpose.Parameters);
    }

    /// <summary>Rows of the maps that they lie in.</summary>
    public int Height { get; }

    /// <summary>Columns of the maps that they lie in.</summary>
    public int Width { get; }

    /// <summary>R.</summary>
    public int Count => _regions.Length;

    public PoolRegion this[int index] => _regions[index];

    /// <summary>Row, column, height and width of each, Int32 [R, 4].</summary>
    internal Tensor Table { get; }

    /// <inheritdoc/>
    public void Dispose() => Table.Device.Return(Table);
}
