using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>The regions of each size of map that was met, on the device. They stay where they are: recorded work knows their addresses.</summary>
internal sealed class RegionCache(Device device, int levels) : IDisposable
{
    private readonly Dictionary<(int Height, int Width), PoolRegions> _regions = [];

    /// <summary>The regions of a map [N, H, W, C].</summary>
    public PoolRegions Of(Shape map)
    {
        if (!_regions.TryGetValue((map[1], map[2]), out var regions))
            _regions.Add((map[1], map[2]), regions = new PoolRegions(device, map[1], map[2], RmacGrid.Regions(map[1], map[2], levels)));
        return regions;
    }

    public void Dispose()
    {
        foreach (var regions in _regions.Values)
            regions.Dispose();
        _regions.Clear();
    }
}
