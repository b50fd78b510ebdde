using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Losses over tuples of descriptors, against plain loops in double precision.</summary>
public sealed class TupleLossTests : OperatorTests
{
    /// <summary>Rows of each tuple, and dimensions: short and long tuples, whole packs and beside them, a query by itself, no tuple.</summary>
    public static TheoryData<int[], int> Tuples { get; } = new()
    {
        { [3], 1 },
        { [2, 3, 2], 3 },
        { [7, 7, 7, 7, 7], 33 },
        { [7, 1, 4], 64 },
        { [35, 34, 33], 31 },
        { [100, 2], 260 },
        { [], 4 },
    };

    [DeviceTheory]
    [MemberData(nameof(Tuples))]
    public void Contrastive(DeviceName on, int[] lengths, int dimension)
    {
        Open(on);
        const float epsilon = 1e-3f;
        // Half of the negatives within the margin.
        var margin = MathF.Sqrt(dimension * 2f / 3);
        Check(lengths, dimension, (x, labels, loss, dx) => Operators.ContrastiveLoss(x, labels, margin, epsilon, loss, dx), (tuple, dx) =>
        {
            var cost = 0.0;
            for (var row = 1; row < tuple.Length; row++)
            {
                var difference = tuple[0].Zip(tuple[row], (q, x) => (double)q - x + epsilon).ToArray();
                var distance = Math.Sqrt(difference.Sum(value => value * value));
                var shortfall = Math.Max(margin - distance, 0);
                cost += 0.5 * (row == 1 ? distance * distance : shortfall * shortfall);
                var factor = row == 1 ? 1 : -shortfall / distance;
                Add(dx[0], factor, difference);
                Add(dx[row], -factor, difference);
            }
            return cost;
        });
    }

    [DeviceTheory]
    [MemberData(nameof(Tuples))]
    public void Triplet(DeviceName on, int[] lengths, int dimension)
    {
        Open(on);
        const float margin = 0.1f;
        Check(lengths, dimension, (x, labels, loss, dx) => Operators.TripletLoss(x, labels, margin, loss, dx), (tuple, dx) =>
        {
            var cost = 0.0;
            for (var row = 2; row < tuple.Length; row++)
            {
                var excess = Square(tuple[0], tuple[1]) - Square(tuple[0], tuple[row]) + margin;
                if (excess <= 0)
                    continue;
                cost += excess;
                Add(dx[0], 2, Difference(tuple[row], tuple[1]));
                Add(dx[1], 2, Difference(tuple[1], tuple[0]));
                Add(dx[row], 2, Difference(tuple[0], tuple[row]));
            }
            return cost;
        });
    }

    [DeviceTheory]
    public void LossesBackwardByDifferences(DeviceName on)
    {
        Open(on);
        int[] roles = [-1, 1, 0, 0, -1, 1, 0, 0, 0];
        var x = Upload(new Shape(roles.Length, 5), Reference.Random(roles.Length * 5, 6));
        var labels = Device.Rent<int>(new Shape(roles.Length), roles);
        Tensor loss = Device.Rent(new Shape(1)), dx = Device.Rent(x.Shape), unused = Device.Rent(x.Shape);
        // Margins with some negatives inside and some outside, none within a step of the edge.
        Operators.ContrastiveLoss(x, labels, 1.5f, 1e-6f, loss, dx);
        FiniteDifferences.Check(x, dx, () => Run(() => Operators.ContrastiveLoss(x, labels, 1.5f, 1e-6f, loss, unused)));
        Operators.TripletLoss(x, labels, 0.4f, loss, dx);
        FiniteDifferences.Check(x, dx, () => Run(() => Operators.TripletLoss(x, labels, 0.4f, loss, unused)));

        double Run(Action compute)
        {
            compute();
            return loss.ToArray<float>()[0];
        }
    }

    [DeviceTheory]
    public void LossesNameAMisplacedRow(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(3, 2), new float[6]), loss = Device.Rent(new Shape(1)), dx = Device.Rent(x.Shape);
        // A device that has the labels to itself says so when the loss is read.
        void Refused(int[] roles, string problem, Action<Tensor> compute)
        {
            var labels = Device.Rent<int>(new Shape(3), roles);
            Assert.Contains(problem, Assert.Throws<OperatorException>(() =>
            {
                compute(labels);
                loss.ToArray<float>();
            }).Message);
        }
        void Contrastive(Tensor labels) => Operators.ContrastiveLoss(x, labels, 1, 1e-6f, loss, dx);
        void Triplet(Tensor labels) => Operators.TripletLoss(x, labels, 1, loss, dx);
        // Of several, the first is named.
        Refused([7, 1, 9], "ContrastiveLoss: row 0 has label 7", Contrastive);
        Refused([-1, 0, 8], "TripletLoss: row 1 is a negative", Triplet);
        Refused([1, -1, 0], "ContrastiveLoss: row 0 stands before the first query", Contrastive);
        Refused([-1, 1, 7], "ContrastiveLoss: row 2 has label 7, expected -1 (query), 1 (positive), 0 (negative) or 2 (ignored)", Contrastive);
        Refused([-1, 0, 1], "TripletLoss: row 1 is a negative", Triplet);
        Refused([-1, 1, 1], "TripletLoss: row 2 is a positive", Triplet);
        Refused([1, -1, 0], "TripletLoss: row 0 is a positive", Triplet);
    }

    [DeviceTheory]
    public void IgnoredRowsCostNothing(DeviceName on)
    {
        Open(on);
        const int dimension = 33;
        int[] kept = [-1, 1, 0, 0, -1, 1, 0], all = [-1, 1, 2, 0, 0, 2, 2, -1, 1, 0, 2];
        int[] places = [.. Enumerable.Range(0, all.Length).Where(row => all[row] != 2)];
        var values = Reference.Random(kept.Length * dimension, 4);
        var padded = new float[all.Length * dimension];
        Array.Fill(padded, float.NaN);
        for (var row = 0; row < kept.Length; row++)
            values.AsSpan(row * dimension, dimension).CopyTo(padded.AsSpan(places[row] * dimension));
        foreach (var compute in (Action<Tensor, Tensor, Tensor, Tensor>[])[(x, labels, loss, dx) => Operators.ContrastiveLoss(x, labels, 6, 1e-3f, loss, dx),
            (x, labels, loss, dx) => Operators.TripletLoss(x, labels, 1, loss, dx)])
        {
            var (loss, gradient) = Run(compute, values, kept);
            var (paddedLoss, paddedGradient) = Run(compute, padded, all);
            Assert.True(loss > 0);
            Assert.Equal(loss, paddedLoss);
            for (var row = 0; row < all.Length; row++)
                Assert.Equal(all[row] == 2 ? new float[dimension] : gradient[Array.IndexOf(places, row)], paddedGradient[row]);
        }

        (float Loss, float[][] Gradient) Run(Action<Tensor, Tensor, Tensor, Tensor> compute, float[] rows, int[] roles)
        {
            Tensor x = Upload(new Shape(roles.Length, dimension), rows), dx = Device.Rent(x.Shape), loss = Device.Rent(new Shape(1));
            compute(x, Device.Rent<int>(new Shape(roles.Length), roles), loss, dx);
            return (loss.ToArray<float>()[0], [.. dx.ToArray<float>().Chunk(dimension)]);
        }
    }

    [DeviceTheory]
    public void IdenticalDescriptorsGiveNoNaN(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(3, 2), [1, 2, 1, 2, 1, 2]), loss = Device.Rent(new Shape(1)), dx = Device.Rent(x.Shape);
        Operators.ContrastiveLoss(x, Device.Rent<int>(new Shape(3), [-1, 1, 0]), 1, 0, loss, dx);
        Assert.Equal([0.5f], loss.ToArray<float>());
        Assert.Equal(new float[6], dx.ToArray<float>());
    }

    [DeviceTheory]
    public void NoTuplesCostNothing(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(0, 2), []), loss = Upload(new Shape(1), [9]);
        Operators.TripletLoss(x, Device.Rent<int>(new Shape(0), []), 1, loss, x);
        Assert.Equal([0], loss.ToArray<float>());
    }

    private void Check(int[] lengths, int dimension, Action<Tensor, Tensor, Tensor, Tensor> compute, Func<float[][], double[][], double> reference)
    {
        int[] roles = [.. lengths.SelectMany(length => Enumerable.Range(0, length).Select(row => row == 0 ? -1 : row == 1 ? 1 : 0))];
        var values = Reference.Random((long)roles.Length * dimension, 3);
        var rows = values.Chunk(dimension).ToArray();
        var gradient = rows.Select(row => new double[row.Length]).ToArray();
        var (cost, first) = (0.0, 0);
        foreach (var length in lengths)
        {
            cost += reference(rows[first..(first + length)], gradient[first..(first + length)]);
            first += length;
        }
        foreach (var shift in new[] { 0, 1 })
        {
            using var x = new GuardedTensor(Device, new Shape(roles.Length, dimension), values, ElementType.Float32, shift);
            using var dx = new GuardedTensor(Device, x.Tensor.Shape, null, ElementType.Float32, shift);
            using var loss = new GuardedTensor(Device, new Shape(1));
            compute(x.Tensor, Device.Rent<int>(new Shape(roles.Length), roles), loss.Tensor, dx.Tensor);
            Reference.Close([cost], loss.Values());
            Reference.Close([.. gradient.SelectMany(row => row)], dx.Values());
        }
    }

    private static void Add(double[] sum, double factor, double[] values)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += factor * values[i];
    }

    private static double[] Difference(float[] a, float[] b) => [.. a.Zip(b, (x, y) => (double)x - y)];

    private static double Square(float[] a, float[] b) => Difference(a, b).Sum(value => value * value);
}
