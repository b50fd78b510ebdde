using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Retrieval.Training.Losses;
using Retrieval.Training.Steps;
using Xunit;
using Tensor = Retrieval.Host.Tensor;

namespace Retrieval.Tests.Training;

public sealed class BatchTuplesTests : OperatorTests
{
    private const int TupleLength = 4, Dimension = 5;
    private const double Margin = 1.5;

    /// <summary>Three tuples, two of them of one cluster: those are not each other's negatives.</summary>
    private static readonly int[] Clusters = [7, 3, 7];

    [DeviceTheory]
    public void Loss_and_gradient_are_those_of_every_pair_that_is_named(DeviceName on)
    {
        Open(on);
        var device = Device;
        var random = new SeededRandom(3);
        var values = new float[Clusters.Length * TupleLength * Dimension];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.NextDouble(-0.5, 0.5);
        var descriptors = device.Rent<float>(new Shape(Clusters.Length * TupleLength, Dimension), values);
        Tensor loss = device.Rent(new Shape(1)), gradient = device.Rent(descriptors.Shape);
        var rented = device.Arena.RentedByteCount;

        device.Operators.Fill(loss, 0);
        using (var tuples = new BatchTuples(device, Clusters.Length, TupleLength))
        using (var losses = new WeightedLosses((new TupleTerm("contrastive", new ContrastiveLoss((float)Margin, 0)), 1)))
        {
            tuples.Set(TupleSteps.Rows(new int[Clusters.Length * TupleLength], Clusters));
            tuples.Compute(losses, new NetworkOutputs(Tensor.None, Tensor.None, descriptors), new NetworkOutputs(Tensor.None, Tensor.None, gradient), Tensor.None, loss);
        }

        Assert.Equal(rented, device.Arena.RentedByteCount);
        Assert.Equal(Loss(values), loss.ToArray<float>()[0], 1e-3);
        var computed = gradient.ToArray<float>();
        for (var i = 0; i < values.Length; i++)
            Assert.Equal((Loss(values, i, 1e-3f) - Loss(values, i, -1e-3f)) / 2e-3, computed[i], 2e-3);
    }

    /// <summary>The pairs one by one, with one value moved.</summary>
    private static double Loss(float[] values, int moved = 0, float by = 0)
    {
        var rows = values.ToArray();
        rows[moved] += by;
        double Distance(int row, int other) => TensorPrimitives.Distance<float>(rows.AsSpan(row * Dimension, Dimension), rows.AsSpan(other * Dimension, Dimension));
        double Negative(int row, int other) => Math.Pow(Math.Max(0, Margin - Distance(row, other)), 2) / 2;
        double sum = 0;
        for (var tuple = 0; tuple < Clusters.Length; tuple++)
            foreach (var side in (int[])[0, 1])
            {
                var anchor = (tuple * TupleLength) + side;
                sum += Math.Pow(Distance(anchor, (tuple * TupleLength) + 1 - side), 2) / 2;
                sum += Enumerable.Range((tuple * TupleLength) + 2, TupleLength - 2).Sum(own => Negative(anchor, own));
                foreach (var other in Enumerable.Range(0, Clusters.Length).Where(other => Clusters[other] != Clusters[tuple]))
                    sum += Negative(anchor, other * TupleLength) + Negative(anchor, (other * TupleLength) + 1);
            }
        return sum;
    }
}
