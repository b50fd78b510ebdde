using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Losses over mined pairs: keys of the hardest by tiles, one block that weighs them, and the gradient of all pairs.</summary>
internal sealed unsafe partial class CudaBackend
{
    private const string BatchHardModule = "batch_hard", CentroidModule = "centroid_triplet", PairGradientModule = "pair_gradient";

    // Rows of a tile of pair_tile.cuh, and its threads.
    private const int PairSide = 32, PairThreads = 256;
    private const int WeighThreads = 1024;

    public void BatchHard(Tensor x, Tensor labels, Tensor anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest)
    {
        var list = new PairTables(x.Device, x.Shape[0], hardest);
        Mine(x, labels, default, 1, false, anchors, cost, weight, loss, list);
        AddPairs(x, default, list, 1, cost.Distance == PairDistance.Cosine, dx, default);
        list.Return();
    }

    public void CentroidTriplet(Tensor x, Tensor labels, Tensor real, int slots, TripletCost cost, bool prototypesOnly, float weight, Tensor loss, Tensor dx,
        Tensor prototypes, HardestPairs hardest)
    {
        int count = x.Shape[0], identities = count / slots;
        var device = x.Device;
        Tensor own = prototypes.IsNone ? device.Rent(x.Shape, purpose: MemoryPurpose.Workspace) : Tensor.None, means = prototypes.IsNone ? own : prototypes;
        Tensor members = device.Rent(labels.Shape, ElementType.Int32, MemoryPurpose.Workspace), dMeans = device.Rent(x.Shape, purpose: MemoryPurpose.Workspace);
        var variant = Vectorised(ElementType.Float32, x.Shape[1], x.Address, means.Address, dMeans.Address, dx.Address);
        var packs = x.Shape[1] / Width(variant);
        var grid = GridOver((long)identities * packs);
        Launch(CentroidModule, "centroid_triplet_prototypes", variant, grid,
            new CentroidPrototypes(x.Address, real.Address, means.Address, members.Address, identities, slots, packs));
        var list = new PairTables(device, 2 * count, hardest);
        Mine(x, labels, (means, members), slots, prototypesOnly, Tensor.None, cost, weight, loss, list);
        AddPairs(x, means, list, 1, cost.Distance == PairDistance.Cosine, dx, dMeans);
        Launch(CentroidModule, "centroid_triplet_backward", variant, grid,
            new CentroidBackward(dMeans.Address, real.Address, members.Address, dx.Address, identities, slots, packs));
        list.Return();
        device.Return(dMeans);
        device.Return(members);
        device.Return(own);
    }

    private void Mine(Tensor x, Tensor labels, (Tensor Means, Tensor Members) prototypes, int groups, bool prototypesOnly, Tensor anchors, TripletCost cost, float weight,
        Tensor loss, PairTables list)
    {
        var rows = list.Count;
        if (rows == 0)
            return;
        var keys = RentWorkspace(x.Device, 2L * rows * sizeof(ulong));
        nint positives = keys.Address, negatives = positives + (nint)((long)rows * sizeof(ulong));
        Launch(BatchHardModule, "batch_hard_begin", KernelVariant.None, new LaunchShape((rows + PairThreads - 1L) / PairThreads, PairThreads),
            new BatchHardBegin(positives, negatives, rows));
        var tiles = ((rows / groups) + PairSide - 1L) / PairSide;
        var cosine = cost.Distance == PairDistance.Cosine ? 1 : 0;
        Launch(BatchHardModule, "batch_hard_mine", Vectorised(ElementType.Float32, x.Shape[1], x.Address, prototypes.Means.Address),
            new LaunchShape(groups * tiles * (tiles + 1) / 2, PairThreads), new BatchHardMine(x.Address, prototypes.Means.Address, labels.Address,
                prototypes.Members.Address, positives, negatives, x.Shape[0], x.Shape[1], groups, prototypesOnly ? 1 : 0, cosine));
        Launch(BatchHardModule, "batch_hard_weigh", KernelVariant.None, new LaunchShape(1, WeighThreads), new BatchHardWeigh(positives, negatives, anchors.Address,
            list.Positives, list.Negatives, list.PositiveDistances, list.NegativeDistances, list.Towards, list.Away, loss.Address, rows, groups,
            (int)cost.Distance, cost.Soft ? 1 : 0, cost.Margin, weight));
        x.Device.Return(keys);
    }

    /// <summary>Adds the gradient of pairs of rows to that of x, and writes that of prototypes.</summary>
    private void AddPairs(Tensor x, Tensor prototypes, PairTables list, int perRow, bool cosine, Tensor dx, Tensor dPrototypes)
    {
        var variant = Vectorised(ElementType.Float32, x.Shape[1], x.Address, prototypes.Address, dx.Address, dPrototypes.Address);
        int packs = x.Shape[1] / Width(variant), rows = x.Shape[0] * (prototypes.IsNone ? 1 : 2);
        Launch(PairGradientModule, "pair_gradient", variant, GridOver((long)rows * ((packs + 31) / 32) * 32), new PairGradient(x.Address, prototypes.Address,
            list.Positives, list.Negatives, list.Towards, list.Away, dx.Address, dPrototypes.Address, x.Shape[0], rows, perRow, packs, cosine ? 1 : 0));
    }
}
