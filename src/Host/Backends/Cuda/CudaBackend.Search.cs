using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string TopKModule = "top_k";

    // Threads of a block of top_k.cu, and the scores that a block of its filter takes.
    private const int BeginThreads = 256, FilterThreads = 256, QueryThreads = 1024, FilterLength = 4096;

    public void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge)
    {
        if (queries.Shape[0] == 0)
            return;
        var plan = new SearchPlan(queries.Shape[0], database.Shape[0], scores.Shape[1], merge);
        var workspace = RentWorkspace(queries.Device, plan.ByteCount);
        var norms = metric == SearchMetric.SquaredEuclidean ? squaredNorms : Tensor.None;
        for (var first = 0; first < queries.Shape[0]; first += plan.Queries)
        {
            var count = Math.Min(plan.Queries, queries.Shape[0] - first);
            Search(plan, workspace.Address, queries.Slice(first, count), database, norms, scores.Slice(first, count), rows.Slice(first, count), firstRow);
        }
        queries.Device.Return(workspace);
    }

    private void Search(in SearchPlan plan, nint workspace, Tensor queries, Tensor database, Tensor squaredNorms, Tensor scores, Tensor rows, long firstRow)
    {
        int count = queries.Shape[0], dimension = queries.Shape[1];
        nint keys = workspace + (nint)plan.KeysOffset, bounds = workspace + (nint)plan.BoundsOffset, counts = workspace + (nint)plan.CountsOffset, norms = workspace + (nint)plan.NormsOffset;
        nint heldScores = plan.Merges ? workspace + (nint)plan.HeldScoresOffset : 0, heldRows = plan.Merges ? workspace + (nint)plan.HeldRowsOffset : 0;
        Launch(TopKModule, "top_k_begin", KernelVariant.None, new LaunchShape(count, BeginThreads), new TopKBegin(
            queries.Address, plan.Merges ? scores.Address : 0, plan.Merges ? rows.Address : 0, heldScores, heldRows, norms, bounds, counts, dimension, plan.Wanted));
        for (int first = 0, length; first < database.Shape[0]; first += length)
        {
            length = plan.TileLength(first);
            var tile = database.Slice(first, length);
            LaunchProduct(new MatrixProduct(queries.Address, tile.Address, 0, workspace, plan.TileRows, 0, count, length, dimension, dimension, 0, 1, 0), 1);
            var pieces = (long)count * ((length + FilterLength - 1) / FilterLength);
            var tileNorms = squaredNorms.IsNone ? 0 : squaredNorms.Slice(first, length).Address;
            Launch(TopKModule, "top_k_filter", KernelVariant.None, new LaunchShape(pieces, FilterThreads),
                new TopKFilter(workspace, tileNorms, norms, bounds, keys, counts, plan.TileRows, plan.Capacity, first, length));
            Launch(TopKModule, "top_k_select", KernelVariant.None, new LaunchShape(count, QueryThreads),
                new TopKSelect(keys, counts, bounds, plan.Capacity, plan.Kept, plan.Limit));
        }
        Launch(TopKModule, "top_k_finish", KernelVariant.None, new LaunchShape(count, QueryThreads), new TopKFinish(
            keys, counts, heldScores, heldRows, scores.Address, rows.Address, plan.Capacity, firstRow, plan.Kept, plan.Wanted));
    }
}
