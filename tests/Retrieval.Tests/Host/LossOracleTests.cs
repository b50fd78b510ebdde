using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class LossOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("contrastive")]
    public void Contrastive(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Check(oracle, (x, labels, loss, dx) => Operators.ContrastiveLoss(x, labels, (float)oracle.Number("margin"), (float)oracle.Number("eps"), loss, dx));
    }

    [DeviceTheory]
    [OracleData("triplet_tuple")]
    public void Triplet(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Check(oracle, (x, labels, loss, dx) => Operators.TripletLoss(x, labels, (float)oracle.Number("margin"), loss, dx));
    }

    /// <summary>The reference's loss is the mean over the batch's negatives, and its rows lie apart.</summary>
    [DeviceTheory]
    [OracleData("netvlad_triplet")]
    public void DistanceTriplet(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        int[] counts = oracle.Integers("in.negative_count");
        var dimension = oracle.Shape("in.query")[1];
        var names = counts.SelectMany((count, query) => Enumerable.Range(counts[..query].Sum(), count).Select(i => ("negative", i)).Prepend(("positive", query)).Prepend(("query", query))).ToArray();
        float[] Row((string Name, int Index) row) => oracle.Floats("in." + row.Name)[(row.Index * dimension)..((row.Index + 1) * dimension)];
        var x = Upload(new Shape(names.Length, dimension), [.. names.SelectMany(Row)]);
        var labels = Device.Rent<int>(new Shape(names.Length), [.. names.Select(row => row.Item1 switch { "query" => -1, "positive" => 1, _ => 0 })]);
        Tensor loss = Device.Rent(new Shape(1)), dx = Device.Rent(x.Shape);
        Assert.Equal(Math.Sqrt(oracle.Number("margin")), oracle.Number("margin_used"), 1e-12);
        Operators.DistanceTripletLoss(x, labels, (float)oracle.Number("margin_used"), (float)oracle.Number("eps"), loss, dx);
        var negatives = counts.Sum();
        oracle.Check("out.loss", [.. loss.ToArray<float>().Select(value => value / negatives)]);
        var gradients = names.Zip(dx.ToArray<float>().Chunk(dimension)).ToLookup(pair => pair.First.Item1, pair => pair.Second);
        foreach (var name in (string[])["query", "positive", "negative"])
            oracle.Check("grad." + name, [.. gradients[name].SelectMany(row => row).Select(value => value / negatives)]);
    }

    private void Check(OracleCase oracle, Action<Tensor, Tensor, Tensor, Tensor> compute)
    {
        int dimension = oracle.Shape("in.x")[0], count = oracle.Shape("in.x")[1];
        var x = Upload(new Shape(count, dimension), Transpose(oracle.Floats("in.x"), dimension, count));
        var labels = Device.Rent<int>(new Shape(count), oracle.Integers("in.label"));
        Tensor loss = Device.Rent(new Shape(1)), dx = Device.Rent(x.Shape);
        compute(x, labels, loss, dx);
        oracle.Check("out.loss", loss.ToArray<float>());
        oracle.Check("grad.x", Transpose(dx.ToArray<float>(), count, dimension));
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                result[(j * rows) + i] = values[(i * columns) + j];
        return result;
    }
}
