using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class BatchHardOracleTests : OperatorTests
{
    // The reference divides by (norm + 1e-12).
    private const float Epsilon = 1e-12f;

    [DeviceTheory]
    [OracleData("batch_hard")]
    public void BatchHard(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        int count = oracle.Shape("in.x")[0], dimension = oracle.Shape("in.x")[1];
        var shape = new Shape(count, dimension);
        Tensor x = Upload(shape, oracle.Floats("in.x")), rows = Device.Rent(shape), norms = Device.Rent(new Shape(count)), dx = Zeros(shape), loss = Zeros(new Shape(1));
        var labels = Device.Rent<int>(new Shape(count), oracle.Integers("in.label"));
        var anchors = oracle.Has("in.mask") ? Device.Rent<int>(new Shape(count), oracle.Integers("in.mask")) : Tensor.None;
        var isCosine = oracle.Text("distance") == "cosine";
        var cost = new TripletCost(isCosine ? PairDistance.Cosine : PairDistance.Euclidean, oracle.Text("margin") == "none" ? 0 : (float)oracle.Number("margin"),
            Soft: oracle.Text("margin") == "none");
        var places = new Shape(count);
        var hardest = new HardestPairs(Device.Rent(places, ElementType.Int32), Device.Rent(places, ElementType.Int32), Device.Rent(places), Device.Rent(places));
        var normalises = isCosine || oracle.Flag("normalize");
        if (normalises)
            Operators.L2Normalize(x, Epsilon, rows, norms);
        Operators.BatchHard(normalises ? rows : x, labels, anchors, cost, 1, loss, dx, hardest);
        if (normalises)
            Operators.L2NormalizeBackward(rows, norms, dx, Epsilon, dx);
        oracle.Check("out.loss", loss.ToArray<float>());
        oracle.Check("grad.x", dx.ToArray<float>());
        oracle.CheckEqual("out.positive_index", hardest.Positives.ToArray<int>());
        oracle.CheckEqual("out.negative_index", hardest.Negatives.ToArray<int>());
        var kept = oracle.Has("in.mask") ? oracle.Integers("in.mask") : [.. Enumerable.Repeat(1, count)];
        oracle.Check("out.dist_ap", [.. hardest.PositiveDistances.ToArray<float>().Where((_, row) => kept[row] != 0)]);
        oracle.Check("out.dist_an", [.. hardest.NegativeDistances.ToArray<float>().Where((_, row) => kept[row] != 0)]);
    }
}
