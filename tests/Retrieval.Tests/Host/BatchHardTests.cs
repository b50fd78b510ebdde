using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Batch-hard triplet loss, against plain loops in double precision.</summary>
public sealed class BatchHardTests : OperatorTests
{
    /// <summary>Rows, dimensions, classes: single rows, whole tiles and beside them, packs and beside them.</summary>
    public static TheoryData<int, int, int> Sizes { get; } = new() { { 1, 3, 1 }, { 2, 1, 2 }, { 31, 33, 5 }, { 33, 64, 4 }, { 70, 36, 9 } };

    private static TripletCost[] Costs { get; } =
    [
        new(PairDistance.Euclidean, 0.5f),
        new(PairDistance.SquaredEuclidean, 0.3f),
        new(PairDistance.Cosine, 0.2f),
        new(PairDistance.Euclidean, 0, Soft: true),
    ];

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void AgainstPlainLoops(DeviceName on, int count, int dimension, int classes)
    {
        Open(on);
        int[] labels = [.. Enumerable.Range(0, count).Select(row => row * 7 % classes)], anchors = [.. Enumerable.Range(0, count).Select(row => row % 5 == 4 ? 0 : 1)];
        foreach (var cost in Costs)
            foreach (var shift in new[] { 0, 1 })
            {
                var values = Values(count, dimension, cost);
                var expected = HardTriplets.Mine(HardTriplets.Rows(values, dimension), labels, row => shift == 0 || anchors[row] != 0, (_, _) => true, cost);
                using var x = new GuardedTensor(Device, new Shape(count, dimension), values, ElementType.Float32, shift);
                using var dx = new GuardedTensor(Device, x.Tensor.Shape, new float[values.Length], ElementType.Float32, shift);
                using var loss = new GuardedTensor(Device, new Shape(1), [3]);
                var hardest = Hardest(count);
                Operators.BatchHard(x.Tensor, Labels(labels), shift == 0 ? Tensor.None : Labels(anchors), cost, 0.5f, loss.Tensor, dx.Tensor, hardest);
                Assert.Equal(expected.Positives, hardest.Positives.ToArray<int>());
                Assert.Equal(expected.Negatives, hardest.Negatives.ToArray<int>());
                Reference.Close(expected.PositiveDistances, hardest.PositiveDistances.ToArray<float>());
                Reference.Close(expected.NegativeDistances, hardest.NegativeDistances.ToArray<float>());
                Reference.Close([3 + (0.5 * expected.Loss)], loss.Values());
                Reference.Close([.. expected.Gradient.SelectMany(row => row).Select(value => 0.5 * value)], dx.Values());
            }
    }

    [DeviceTheory]
    public void BackwardByDifferences(DeviceName on)
    {
        Open(on);
        const int count = 9, dimension = 5;
        foreach (var cost in Costs)
        {
            var x = Upload(new Shape(count, dimension), Reference.Random(count * dimension, 8));
            var labels = Labels([.. Enumerable.Range(0, count).Select(row => row / 3)]);
            Tensor dx = Zeros(x.Shape), loss = Zeros(new Shape(1)), unused = Zeros(x.Shape);
            // Cosine rows leave the sphere here, where the formula still has a gradient; a self pair would have two slopes there.
            if (cost.Distance == PairDistance.Cosine)
                continue;
            Operators.BatchHard(x, labels, Tensor.None, cost, 1, loss, dx);
            FiniteDifferences.Check(x, dx, () =>
            {
                Operators.Fill(loss, 0);
                Operators.BatchHard(x, labels, Tensor.None, cost, 1, loss, unused);
                return loss.ToArray<float>()[0];
            }, step: 2e-3, tolerance: 5e-3);
        }
    }

    [DeviceTheory]
    public void IdenticalRowsAndOneClass(DeviceName on)
    {
        Open(on);
        var cost = Costs[0];
        // All rows alike: ties go to the lowest row, and nothing has a slope.
        var (loss, dx, hardest) = Run([1, 2, 1, 2, 1, 2, 1, 2], [0, 1, 0, 1], cost);
        Assert.Equal([0, 1, 0, 1], hardest.Positives.ToArray<int>());
        Assert.Equal([1, 0, 1, 0], hardest.Negatives.ToArray<int>());
        Assert.Equal(cost.Margin, loss, 1e-6);
        Assert.Equal(new float[8], dx);
        // Of one class there is nothing to tell apart.
        (loss, dx, hardest) = Run([1, 2, 3, 4, 5, 6, 7, 9], [5, 5, 5, 5], cost);
        Assert.Equal([-1, -1, -1, -1], hardest.Negatives.ToArray<int>());
        Assert.Equal((0, 0), (loss, dx.Sum(Math.Abs)));
    }

    [DeviceTheory]
    public void WhatIsNotANumberIsNotHidden(DeviceName on)
    {
        Open(on);
        var (loss, _, _) = Run([1, 2, float.NaN, 2, 1, 3, 4, 2], [0, 0, 1, 1], Costs[0]);
        Assert.True(float.IsNaN(loss));
    }

    [DeviceTheory]
    public void NoRowsCostNothing(DeviceName on)
    {
        Open(on);
        var (loss, _, _) = Run([], [], Costs[0]);
        Assert.Equal(0, loss);
    }

    [Fact]
    public void MemoryGrowsWithTheRowsAlone()
    {
        const int count = 5000, dimension = 64;
        var x = Upload(new Shape(count, dimension), Reference.Random(count * dimension, 2));
        var labels = Labels([.. Enumerable.Range(0, count).Select(row => row / 4)]);
        Tensor loss = Zeros(new Shape(1)), dx = Zeros(x.Shape);
        var before = Device.Memory.ReservedByteCount;
        Operators.BatchHard(x, labels, Tensor.None, Costs[0], 1, loss, dx);
        Assert.True(loss.ToArray<float>()[0] > 0);
        Assert.True(Device.Memory.ReservedByteCount - before < 8L << 20, "a matrix of all distances would take 100 MB");
    }

    [DeviceTheory]
    public void RefusesWhatDoesNotFit(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(4, 2)), loss = Zeros(new Shape(1));
        Assert.Contains("labels has shape [3], expected [4]", Assert.Throws<OperatorException>(() => Operators.BatchHard(x, Labels([0, 1, 2]), Tensor.None, Costs[0], 1, loss, x)).Message);
        Assert.Contains("margin is NaN", Assert.Throws<OperatorException>(() => Operators.BatchHard(x, Labels([0, 1, 2, 3]), Tensor.None, Costs[0] with { Margin = float.NaN }, 1, loss, x)).Message);
    }

    private (float Loss, float[] Gradient, HardestPairs Hardest) Run(float[] values, int[] labels, TripletCost cost)
    {
        Tensor x = Upload(new Shape(labels.Length, 2), values), dx = Zeros(x.Shape), loss = Zeros(new Shape(1));
        var hardest = Hardest(labels.Length);
        Operators.BatchHard(x, Labels(labels), Tensor.None, cost, 1, loss, dx, hardest);
        return (loss.ToArray<float>()[0], dx.ToArray<float>(), hardest);
    }

    private Tensor Labels(int[] labels) => Device.Rent<int>(new Shape(labels.Length), labels);

    private HardestPairs Hardest(int rows)
    {
        var shape = new Shape(rows);
        return new HardestPairs(Device.Rent(shape, ElementType.Int32), Device.Rent(shape, ElementType.Int32), Device.Rent(shape), Device.Rent(shape));
    }

    /// <summary>Random rows; of unit length where the distance wants them so.</summary>
    private static float[] Values(int count, int dimension, TripletCost cost)
    {
        var values = Reference.Random((long)count * dimension, count + dimension);
        return cost.Distance != PairDistance.Cosine
            ? values
            : [.. values.Chunk(dimension).SelectMany(row => row.Select(value => value / (float)Math.Sqrt(row.Sum(other => (double)other * other))))];
    }
}
