using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Centroid triplet loss, against the rounds as they are written down.</summary>
public sealed class CentroidTripletTests : OperatorTests
{
    private static readonly TripletCost Euclidean = new(PairDistance.Euclidean, 0.5f), Squared = new(PairDistance.SquaredEuclidean, 1);

    /// <summary>Identities, slots, dimensions, filled slots of each identity in turn.</summary>
    public static TheoryData<int, int, int, int[]> Batches { get; } = new()
    {
        { 4, 4, 33, [4] },
        { 5, 3, 8, [3, 2] },
        { 6, 4, 36, [4, 2, 3, 0, 1] },
        { 2, 2, 1, [2] },
        { 1, 3, 5, [3] },
        { 3, 2, 5, [1] },
    };

    [DeviceTheory]
    [MemberData(nameof(Batches))]
    public void AgainstRounds(DeviceName on, int identities, int slots, int dimension, int[] filled)
    {
        Open(on);
        var values = Reference.Random((long)identities * slots * dimension, 5);
        int[] labels = [.. Enumerable.Range(0, identities * slots).Select(row => 30 - (row / slots))];
        int[] real = [.. Enumerable.Range(0, identities * slots).Select(row => row % slots < filled[row / slots % filled.Length] ? 1 : 0)];
        foreach (var (cost, prototypesOnly) in new[] { (Euclidean, false), (Squared, true) })
            foreach (var shift in new[] { 0, 1 })
            {
                var (cost0, gradient, means) = Rounds(HardTriplets.Rows(values, dimension), labels, real, slots, cost, prototypesOnly);
                using var x = new GuardedTensor(Device, new Shape(labels.Length, dimension), values, ElementType.Float32, shift);
                using var dx = new GuardedTensor(Device, x.Tensor.Shape, new float[values.Length], ElementType.Float32, shift);
                using var prototypes = new GuardedTensor(Device, x.Tensor.Shape, null, ElementType.Float32, shift);
                using var loss = new GuardedTensor(Device, new Shape(1), [2]);
                Operators.CentroidTriplet(x.Tensor, Ints(labels), Ints(real), slots, cost, prototypesOnly, 2, loss.Tensor, dx.Tensor, prototypes.Tensor);
                Reference.Close([2 + (2 * cost0)], loss.Values());
                Reference.Close([.. gradient.SelectMany(row => row).Select(value => 2 * value)], dx.Values());
                Reference.Close([.. means.SelectMany(row => row)], prototypes.Values());
            }
    }

    [DeviceTheory]
    public void BackwardByDifferences(DeviceName on)
    {
        Open(on);
        const int slots = 3, count = 9, dimension = 4;
        var x = Upload(new Shape(count, dimension), Reference.Random(count * dimension, 12));
        Tensor labels = Ints([.. Enumerable.Range(0, count).Select(row => row / slots)]), real = Ints([1, 1, 1, 1, 1, 0, 1, 1, 1]), loss = Zeros(new Shape(1)), unused = Zeros(x.Shape);
        foreach (var (cost, prototypesOnly) in new[] { (Euclidean with { Margin = 2 }, false), (Squared, true) })
        {
            var dx = Zeros(x.Shape);
            Operators.CentroidTriplet(x, labels, real, slots, cost, prototypesOnly, 1, loss, dx);
            FiniteDifferences.Check(x, dx, () =>
            {
                Operators.Fill(loss, 0);
                Operators.CentroidTriplet(x, labels, real, slots, cost, prototypesOnly, 1, loss, unused);
                return loss.ToArray<float>()[0];
            }, step: 2e-3, tolerance: 5e-3);
        }
    }

    [DeviceTheory]
    public void RefusesPartsOfIdentities(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(4, 2)), loss = Zeros(new Shape(1));
        Assert.Contains("expected a multiple of 3 slots",
            Assert.Throws<OperatorException>(() => Operators.CentroidTriplet(x, Ints([0, 0, 1, 1]), Tensor.None, 3, Euclidean, false, 1, loss, x)).Message);
    }

    /// <summary>Loss, gradient of the rows, prototypes.</summary>
    private static (double Loss, double[][] Gradient, double[][] Means) Rounds(double[][] rows, int[] labels, int[] real, int slots, TripletCost cost, bool prototypesOnly)
    {
        var gradient = rows.Select(row => new double[row.Length]).ToArray();
        var means = rows.Select(row => new double[row.Length]).ToArray();
        var rounds = new List<(HardTriplets.Result Result, int[] Queries)>();
        int[] Others(int row) => [.. Enumerable.Range(row / slots * slots, slots).Where(other => other != row && real[other] != 0)];
        for (var slot = 0; slot < slots; slot++)
        {
            int[] queries = [.. Enumerable.Range(0, rows.Length).Where(row => row % slots == slot && real[row] != 0 && Others(row).Length > 0)];
            foreach (var query in queries)
                for (var i = 0; i < rows[query].Length; i++)
                    means[query][i] = Others(query).Average(other => rows[other][i]);
            if (queries.Length < 2)
                continue;
            double[][] set = [.. queries.Select(query => rows[query]), .. queries.Select(query => means[query])];
            int[] classes = [.. queries.Select(query => labels[query]), .. queries.Select(query => labels[query])];
            rounds.Add((HardTriplets.Mine(set, classes, row => !prototypesOnly || row < queries.Length,
                (row, other) => !prototypesOnly || (row < queries.Length && other >= queries.Length), cost), queries));
        }
        foreach (var (result, queries) in rounds)
            for (var place = 0; place < queries.Length; place++)
                for (var i = 0; i < rows[0].Length; i++)
                {
                    gradient[queries[place]][i] += result.Gradient[place][i] / rounds.Count;
                    foreach (var other in Others(queries[place]))
                        gradient[other][i] += result.Gradient[queries.Length + place][i] / rounds.Count / Others(queries[place]).Length;
                }
        return (rounds.Count == 0 ? 0 : rounds.Average(round => round.Result.Loss), gradient, means);
    }

    private Tensor Ints(int[] values) => Device.Rent<int>(new Shape(values.Length), values);
}
