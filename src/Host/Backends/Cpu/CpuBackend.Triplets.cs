using Retrieval.Host.Backends.Cpu.Triplets;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void BatchHard(Tensor x, Tensor labels, Tensor anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest) =>
        Mine(new PairRows(x, labels, 0, 0, 1, false), x.Device, anchors.Pointer<int>(), cost, weight, loss, dx, hardest, default);

    public void CentroidTriplet(Tensor x, Tensor labels, Tensor real, int slots, TripletCost cost, bool prototypesOnly, float weight, Tensor loss, Tensor dx,
        Tensor prototypes, HardestPairs hardest)
    {
        int count = x.Shape[0], dimension = x.Shape[1];
        var workspace = RentWorkspace(x.Device, (2 * x.Count) + count);
        var scratch = workspace.Pointer<float>();
        var means = prototypes.IsNone ? scratch + x.Count : prototypes.Pointer<float>();
        var members = (int*)(scratch + (2 * x.Count));
        var all = new Prototypes(x.Pointer<float>(), real.Pointer<int>(), count, slots, dimension, means, members, scratch);
        _team.For(count / slots, all);
        Mine(new PairRows(x, labels, (nint)means, (nint)members, slots, prototypesOnly), x.Device, null, cost, weight, loss, dx, hardest, all);
        x.Device.Return(workspace);
    }

    private void Mine(PairRows rows, Device device, int* anchors, TripletCost cost, float weight, Tensor loss, Tensor dx, HardestPairs hardest, Prototypes prototypes)
    {
        if (rows.Count == 0)
            return;
        var cosine = cost.Distance == PairDistance.Cosine;
        var keyFloats = HardKeys.FloatCount(_team.Size, rows.Count);
        var workspace = RentWorkspace(device, keyFloats + TripletList.FloatCount(rows.Count));
        var keys = new HardKeys(workspace.Pointer<float>(), rows.Count);
        var list = TripletList.Of(hardest, workspace.Pointer<float>() + keyFloats, rows.Count);
        keys.Clear(_team.Size);
        var scan = new HardestScan(rows, cosine, keys);
        _team.For(scan.Count, scan);
        loss.Pointer<float>()[0] += (float)new TripletWeights(rows, anchors, cost, list).Weigh(keys, _team.Size, weight);
        var gradients = new TripletGradients(rows, 1, cosine, list, dx.Pointer<float>(), prototypes);
        _team.For(gradients.Count, gradients);
        device.Return(workspace);
    }
}
