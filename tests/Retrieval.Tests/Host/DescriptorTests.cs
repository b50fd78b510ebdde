using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Normalisation of descriptors and the losses over them.</summary>
public sealed class DescriptorTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1)]
    [InlineData(3, 31)]
    [InlineData(5, 32)]
    [InlineData(2, 33)]
    [InlineData(301, 257)]
    [InlineData(2, 40009)]
    [InlineData(0, 8)]
    public void NormalisesRows(DeviceName on, int rows, int dimension)
    {
        Open(on);
        const float epsilon = 1e-6f;
        var shape = new Shape(rows, dimension);
        float[] values = Reference.Random((long)rows * dimension, 1), gradients = Reference.Random((long)rows * dimension, 2);
        using var x = new GuardedTensor(Device, shape, values);
        using var norms = new GuardedTensor(Device, new Shape(rows));
        Operators.L2Normalize(x.Tensor, epsilon, x.Tensor, norms.Tensor);
        var expected = values.Chunk(dimension).Select(row => Math.Sqrt(row.Sum(value => (double)value * value))).ToArray();
        Reference.Close(expected, norms.Values());
        Reference.Close([.. values.Select((value, i) => value / (expected[i / dimension] + epsilon))], x.Values());

        using var dx = new GuardedTensor(Device, shape, gradients);
        Operators.L2NormalizeBackward(x.Tensor, norms.Tensor, dx.Tensor, epsilon, dx.Tensor);
        var along = values.Zip(gradients).Chunk(dimension).Select(row => row.Sum(pair => (double)pair.First * pair.Second)).ToArray();
        Reference.Close([.. values.Select((value, i) =>
        {
            double norm = expected[i / dimension], sum = norm + epsilon;
            return (gradients[i] / sum) - (value * along[i / dimension] / (norm * sum * sum));
        })], dx.Values(), floor: 1);
    }

    [DeviceTheory]
    public void ZeroRowsStayZero(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(2, 3), [0, 0, 0, 3, 0, 4]);
        Tensor y = Device.Rent(x.Shape), norms = Device.Rent(new Shape(2)), dx = Device.Rent(x.Shape), dy = Upload(x.Shape, [1, 2, 3, 0, 1, 0]);
        Operators.L2Normalize(x, 0, y, norms);
        Assert.Equal([0, 0, 0, 0.6f, 0, 0.8f], y.ToArray<float>());
        Operators.L2NormalizeBackward(y, norms, dy, 0, dx);
        Assert.Equal([0, 0, 0, 0, 0.2f, 0], dx.ToArray<float>());
        Operators.L2Normalize(x, 0.5f, y, norms);
        Operators.L2NormalizeBackward(y, norms, dy, 0.5f, dx);
        Assert.Equal([2, 4, 6], dx.ToArray<float>()[..3]);
    }

    [DeviceTheory]
    public void NormalisationBackwardByDifferences(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(3, 7), Reference.Random(21, 1));
        Tensor y = Device.Rent(x.Shape), norms = Device.Rent(new Shape(3)), dx = Device.Rent(x.Shape);
        var weights = Reference.Random(21, 2);
        double Loss()
        {
            Operators.L2Normalize(x, 0.3f, y, norms);
            return FiniteDifferences.Inner(y, weights);
        }
        Loss();
        Operators.L2NormalizeBackward(y, norms, Upload(x.Shape, weights), 0.3f, dx);
        FiniteDifferences.Check(x, dx, Loss);
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
        Refused([1, -1, 0], "ContrastiveLoss: row 0 stands before the first query", Contrastive);
        Refused([-1, 1, 7], "ContrastiveLoss: row 2 has label 7, expected -1 (query), 1 (positive) or 0 (negative)", Contrastive);
        Refused([-1, 0, 1], "TripletLoss: row 1 is a negative", Triplet);
        Refused([-1, 1, 1], "TripletLoss: row 2 is a positive", Triplet);
        Refused([1, -1, 0], "TripletLoss: row 0 is a positive", Triplet);
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
}
