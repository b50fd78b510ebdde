using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string ColumnSumModule = "column_sum";

    /// <summary>Threads of a block that adds up what chunks left, and the channels that it does so for (columns.cuh).</summary>
    private const int TotalThreads = 256, TotalChannels = 8;

    public void ColumnSum(Tensor x, Tensor y, bool accumulate)
    {
        var cut = Cut(x, x.Address);
        var partials = RentPartials(x.Device, cut, kinds: 1);
        Launch(ColumnSumModule, "column_sum_partial", cut.Variant, cut.Shape, new ColumnSumPartial(x.Address, partials.Address, cut.Rows, cut.ChunkRows, cut.Columns, cut.Width));
        Launch(ColumnSumModule, "column_sum_total", KernelVariant.None, Totals(cut), new ColumnSumTotal(partials.Address, y.Address, cut.Chunks, cut.Columns, cut.Channels, accumulate ? 1 : 0));
        x.Device.Return(partials);
    }

    /// <summary>How a map is walked column by column.</summary>
    /// <param name="map">One of the maps.</param>
    /// <param name="addresses">All of the maps; 0 stands for no tensor.</param>
    private ColumnCut Cut(Tensor map, params ReadOnlySpan<nint> addresses)
    {
        int channels = map.Shape.Last, packLength = PackByteCount / map.Type.ByteSize();
        // The fewest rows that side by side have whole packs: pack lengths are powers of two.
        var repeats = packLength / Math.Clamp(channels & -channels, 1, packLength);
        if (map.Shape.Rows % repeats != 0)
            repeats = 1;
        var variant = Vectorised(map.Type, (long)channels * repeats, addresses);
        return new ColumnCut(variant, Width(variant), map.Shape, Width(variant) > 1 ? repeats : 1, _context.Facts.MultiprocessorCount);
    }

    private static Tensor RentPartials(Device device, ColumnCut cut, int kinds) => RentWorkspace(device, cut.PartialCount(kinds) * sizeof(float));

    private static LaunchShape Totals(ColumnCut cut) => new(((long)cut.Channels + TotalChannels - 1) / TotalChannels, TotalThreads);
}
