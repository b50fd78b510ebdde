using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Centre loss and label-smoothed cross-entropy.</summary>
public sealed class ClassLossTests : OperatorTests
{
    public static TheoryData<int, int, int> Sizes { get; } = new() { { 1, 1, 1 }, { 2, 3, 2 }, { 31, 33, 5 }, { 33, 64, 40 }, { 5, 1032, 3 } };

    [DeviceTheory]
    [OracleData("center")]
    public void CenterOracle(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Tensor x = Matrix(oracle, "in.x"), centers = Matrix(oracle, "param.centers"), dx = Zeros(x.Shape), dCenters = Zeros(centers.Shape), loss = Zeros(new Shape(1));
        Operators.CenterLoss(x, Ints(oracle.Integers("in.label")), Tensor.None, centers, 1, loss, dx, dCenters);
        oracle.Check("out.loss", loss.ToArray<float>());
        oracle.Check("grad.x", dx.ToArray<float>());
        oracle.Check("grad.centers", dCenters.ToArray<float>());
    }

    [DeviceTheory]
    [OracleData("xent_smooth")]
    public void CrossEntropyOracle(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Tensor logits = Matrix(oracle, "in.logits"), loss = Zeros(new Shape(1));
        Operators.CrossEntropy(logits, Ints(oracle.Integers("in.label")), Tensor.None, (float)oracle.Number("epsilon"), 1, loss, logits, Tensor.None);
        oracle.Check("out.loss", loss.ToArray<float>());
        oracle.Check("grad.logits", logits.ToArray<float>());
    }

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Center(DeviceName on, int count, int dimension, int classes)
    {
        Open(on);
        float[] x = Reference.Random((long)count * dimension, 1), centers = Reference.Random((long)classes * dimension, 2);
        int[] labels = [.. Enumerable.Range(0, count).Select(row => row * 3 % classes)], real = [.. Enumerable.Range(0, count).Select(row => row % 4 == 3 ? 0 : 1)];
        foreach (var shift in new[] { 0, 1 })
        {
            var masked = shift == 1;
            double loss = 0, kept = Enumerable.Range(0, count).Count(row => !masked || real[row] != 0);
            double[] dx = new double[x.Length], dCenters = new double[centers.Length];
            for (var row = 0; row < count; row++)
                for (var i = 0; i < dimension && (!masked || real[row] != 0); i++)
                {
                    double difference = (double)x[(row * dimension) + i] - centers[(labels[row] * dimension) + i];
                    loss += 3 * difference * difference / kept;
                    dx[(row * dimension) + i] += 6 * difference / kept;
                    dCenters[(labels[row] * dimension) + i] -= 6 * difference / kept;
                }
            using var input = new GuardedTensor(Device, new Shape(count, dimension), x, ElementType.Float32, shift);
            using var gradient = new GuardedTensor(Device, input.Tensor.Shape, new float[x.Length], ElementType.Float32, shift);
            using var middle = new GuardedTensor(Device, new Shape(classes, dimension), centers, ElementType.Float32, shift);
            using var dMiddle = new GuardedTensor(Device, middle.Tensor.Shape, new float[centers.Length], ElementType.Float32, shift);
            using var value = new GuardedTensor(Device, new Shape(1), [0]);
            Operators.CenterLoss(input.Tensor, Ints(labels), masked ? Ints(real) : Tensor.None, middle.Tensor, 3, value.Tensor, gradient.Tensor, dMiddle.Tensor);
            Reference.Close([loss], value.Values());
            Reference.Close(dx, gradient.Values());
            Reference.Close(dCenters, dMiddle.Values());
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void CrossEntropy(DeviceName on, int count, int classes, int _)
    {
        Open(on);
        // Some logits that an exponential in float32 would not survive.
        var logits = Array.ConvertAll(Reference.Random((long)count * classes, 3), value => 200 * value);
        int[] labels = [.. Enumerable.Range(0, count).Select(row => row * 5 % classes)], real = [.. Enumerable.Range(0, count).Select(row => row % 4 == 3 ? 0 : 1)];
        foreach (var shift in new[] { 0, 1 })
        {
            using var z = new GuardedTensor(Device, new Shape(count, classes), logits, ElementType.Float32, shift);
            using var dz = new GuardedTensor(Device, z.Tensor.Shape, null, ElementType.Float32, shift);
            using var value = new GuardedTensor(Device, new Shape(1), [0]);
            var correct = Device.Rent<int>(new Shape(1), [-1]);
            Operators.CrossEntropy(z.Tensor, Ints(labels), shift == 1 ? Ints(real) : Tensor.None, 0.1f, 2, value.Tensor, dz.Tensor, correct);
            var (loss, gradient, hits) = Expected(logits, labels, shift == 1 ? real : [.. real.Select(_ => 1)], classes, 0.1, 2);
            Reference.Close([loss], value.Values());
            Reference.Close(gradient, dz.Values(), 2e-5);
            Assert.Equal([hits], correct.ToArray<int>());
        }
    }

    [DeviceTheory]
    public void ManyClassesInPlace(DeviceName on)
    {
        Open(on);
        const int count = 2, classes = 20_011;
        var logits = Reference.Random(count * classes, 4);
        Tensor z = Upload(new Shape(count, classes), logits), loss = Zeros(new Shape(1));
        Operators.CrossEntropy(z, Ints([7, classes - 1]), Tensor.None, 0, 1, loss, z, Tensor.None);
        var (expected, gradient, _) = Expected(logits, [7, classes - 1], [1, 1], classes, 0, 1);
        Reference.Close([expected], loss.ToArray<float>());
        Reference.Close(gradient, z.ToArray<float>());
    }

    [DeviceTheory]
    public void BackwardByDifferences(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(4, 6), Reference.Random(24, 5)), centers = Upload(new Shape(3, 6), Reference.Random(18, 6)), labels = Ints([2, 0, 2, 1]), real = Ints([1, 1, 1, 0]);
        Tensor dx = Zeros(x.Shape), dCenters = Zeros(centers.Shape), unused = Zeros(x.Shape), loss = Zeros(new Shape(1));
        Operators.CenterLoss(x, labels, real, centers, 1, loss, dx, dCenters);
        FiniteDifferences.Check(x, dx, Center);
        FiniteDifferences.Check(centers, dCenters, Center);
        Operators.CrossEntropy(x, labels, real, 0.2f, 1, loss, dx, Tensor.None);
        FiniteDifferences.Check(x, dx, () => Run(() => Operators.CrossEntropy(x, labels, real, 0.2f, 1, loss, unused, Tensor.None)));

        double Center() => Run(() => Operators.CenterLoss(x, labels, real, centers, 1, loss, unused, Zeros(centers.Shape)));
        double Run(Action compute)
        {
            Operators.Fill(loss, 0);
            compute();
            return loss.ToArray<float>()[0];
        }
    }

    [DeviceTheory]
    public void EqualLogitsGoToTheFirst(DeviceName on)
    {
        Open(on);
        Tensor z = Upload(new Shape(3, 3), [1, 1, 0, 1, 1, 0, float.NaN, 1, 1]), loss = Zeros(new Shape(1)), correct = Device.Rent<int>(new Shape(1), [0]), dz = Device.Rent(z.Shape);
        Operators.CrossEntropy(z.Slice(0, 2), Ints([0, 1]), Tensor.None, 0, 1, loss, dz.Slice(0, 2), correct);
        Assert.Equal([1], correct.ToArray<int>());
        Operators.CrossEntropy(z, Ints([0, 1, 1]), Tensor.None, 0, 1, loss, dz, correct);
        Assert.True(float.IsNaN(loss.ToArray<float>()[0]));
    }

    [DeviceTheory]
    public void UnknownClassesAreNamed(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(3, 2)), loss = Zeros(new Shape(1)), centers = Zeros(new Shape(2, 2)), dx = Zeros(x.Shape), dCenters = Zeros(centers.Shape);
        Refused("CenterLoss: row 1 has label 2, which is no class", () => Operators.CenterLoss(x, Ints([0, 2, 1]), Tensor.None, centers, 1, loss, dx, dCenters));
        Refused("CrossEntropy: row 2 has label -1, which is no class", () => Operators.CrossEntropy(x, Ints([0, 1, -1]), Tensor.None, 0, 1, loss, dx, Tensor.None));
        // Padding may say what it likes.
        Operators.CrossEntropy(x, Ints([0, 1, -1]), Ints([1, 1, 0]), 0, 1, loss, dx, Tensor.None);
        Operators.CenterLoss(x, Ints([0, 2, 1]), Ints([0, 0, 0]), centers, 1, loss, dx, dCenters);
        Assert.True(float.IsFinite(loss.ToArray<float>()[0]));

        void Refused(string problem, Action compute) => Assert.Contains(problem, Assert.Throws<OperatorException>(() =>
        {
            compute();
            loss.ToArray<float>();
        }).Message);
    }

    private static (double Loss, double[] Gradient, int Hits) Expected(float[] logits, int[] labels, int[] real, int classes, double smoothing, double weight)
    {
        var (loss, hits, kept) = (0.0, 0, Math.Max(1, real.Sum()));
        var gradient = new double[logits.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            if (real[row] == 0)
                continue;
            double[] z = [.. logits.Skip(row * classes).Take(classes).Select(value => (double)value)];
            var largest = z.Max();
            var logSum = largest + Math.Log(z.Sum(value => Math.Exp(value - largest)));
            hits += Array.IndexOf(z, largest) == labels[row] ? 1 : 0;
            for (var c = 0; c < classes; c++)
            {
                var target = ((c == labels[row] ? 1 : 0) * (1 - smoothing)) + (smoothing / classes);
                loss -= weight * target * (z[c] - logSum) / kept;
                gradient[(row * classes) + c] = weight * (Math.Exp(z[c] - logSum) - target) / kept;
            }
        }
        return (loss, gradient, hits);
    }

    private Tensor Matrix(OracleCase oracle, string name) => Upload(new Shape(oracle.Shape(name)[0], oracle.Shape(name)[1]), oracle.Floats(name));

    private Tensor Ints(int[] values) => Device.Rent<int>(new Shape(values.Length), values);
}
