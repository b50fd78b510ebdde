using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Margin loss over given pairs.</summary>
public sealed class MarginLossTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("margin")]
    public void Oracle(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        int pairs = oracle.Shape("in.anchor")[0], dimension = oracle.Shape("in.anchor")[1], rows = 3 * pairs;
        var x = Upload(new Shape(rows, dimension), [.. oracle.Floats("in.anchor"), .. oracle.Floats("in.positive"), .. oracle.Floats("in.negative")]);
        Tensor positives = Table(rows, 1, row => row < pairs ? pairs + row : -1), negatives = Table(rows, 1, row => row < pairs ? (2 * pairs) + row : -1);
        Tensor beta = Upload(new Shape(1), oracle.Floats("param.beta")), dBeta = Zeros(new Shape(1)), dx = Zeros(x.Shape), loss = Zeros(new Shape(1));
        var cost = new MarginCost((float)oracle.Number("margin"), CountParts: false, (float)oracle.Number("eps"));
        Operators.MarginLoss(x, positives, negatives, beta, cost, 1, loss, dx, dBeta);
        oracle.Check("out.loss", loss.ToArray<float>());
        oracle.Check("grad.beta", dBeta.ToArray<float>());
        float[] gradient = dx.ToArray<float>();
        oracle.Check("grad.anchor", gradient[..(pairs * dimension)]);
        oracle.Check("grad.positive", gradient[(pairs * dimension)..(2 * pairs * dimension)]);
        oracle.Check("grad.negative", gradient[(2 * pairs * dimension)..]);
        Operators.Fill(loss, 0);
        Operators.MarginLoss(x, positives, negatives, beta, cost with { CountParts = true }, 1, loss, dx, dBeta);
        oracle.Check("out.loss_separate_count", loss.ToArray<float>());
    }

    [DeviceTheory]
    public void AgainstPlainLoops(DeviceName on)
    {
        Open(on);
        foreach (var (count, dimension, perRow) in new[] { (1, 3, 1), (7, 33, 2), (33, 36, 3) })
            foreach (var parts in new[] { false, true })
                foreach (var shift in new[] { 0, 1 })
                    Check(count, dimension, perRow, parts, shift);
    }

    [DeviceTheory]
    public void BackwardByDifferences(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(6, 4), Reference.Random(24, 9)), beta = Upload(new Shape(1), [1.2f]), unused = Zeros(x.Shape);
        Tensor positives = Table(6, 2, place => (place * 5 + 1) % 6), negatives = Table(6, 2, place => place == 3 ? -1 : (place * 3 + 2) % 6);
        Tensor dx = Zeros(x.Shape), dBeta = Zeros(new Shape(1)), other = Zeros(new Shape(1)), loss = Zeros(new Shape(1));
        // Wide enough that no pair comes to or goes from the count within a step.
        var cost = new MarginCost(3);
        Operators.MarginLoss(x, positives, negatives, beta, cost, 1, loss, dx, dBeta);
        FiniteDifferences.Check(x, dx, () => Run(), step: 2e-3, tolerance: 5e-3);
        Operators.MarginLoss(x, positives, Table(6, 2, _ => -1), beta, cost, 1, loss, unused, dBeta);
        FiniteDifferences.Check(beta, dBeta, () => Run() + Run(Table(6, 2, _ => -1)));

        double Run(Tensor table = default)
        {
            Operators.Fill(loss, 0);
            Operators.MarginLoss(x, positives, table.IsNone ? negatives : table, beta, cost, 1, loss, unused, other);
            return loss.ToArray<float>()[0];
        }
    }

    [DeviceTheory]
    public void IdenticalRowsGiveNoNaN(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(2, 3), [1, 2, 3, 1, 2, 3]), loss = Zeros(new Shape(1)), dx = Zeros(x.Shape), beta = Upload(new Shape(1), [1]), dBeta = Zeros(new Shape(1));
        Operators.MarginLoss(x, Table(2, 1, row => row == 0 ? 1 : -1), Table(2, 1, row => row == 0 ? 1 : 0), beta, new MarginCost(0.2f), 1, loss, dx, dBeta);
        Reference.Close([1.2 - 1e-4], loss.ToArray<float>());
        Assert.Equal(new float[6], dx.ToArray<float>());
        Assert.Equal([1], dBeta.ToArray<float>());
    }

    [DeviceTheory]
    public void RowsPastTheLastAreNamed(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(2, 3)), one = Zeros(new Shape(1));
        Assert.Contains("MarginLoss: row 1 is paired with row 2, past the last", Assert.Throws<OperatorException>(() =>
        {
            Operators.MarginLoss(x, Table(2, 1, _ => 0), Table(2, 1, row => row + 1), one, default(MarginCost) with { Epsilon = 1e-8f }, 1, one, x, Zeros(new Shape(1)));
            one.ToArray<float>();
        }).Message);
    }

    private void Check(int count, int dimension, int perRow, bool parts, int shift)
    {
        const float beta = 1.1f, margin = 0.2f, epsilon = 1e-8f;
        var values = Array.ConvertAll(Reference.Random(count * dimension, 4), value => value * 2 / MathF.Sqrt(dimension));
        int Positive(int place) => place % 4 == 3 ? -1 : (place * 7 + 3) % count;
        int Negative(int place) => place % 5 == 4 ? -1 : (place * 11 + 5) % count;
        double[] gradient = new double[values.Length];
        double sum = 0, slope = 0, divisor = 0;
        for (var pass = 0; pass < 2; pass++)
            for (var place = 0; place < count * perRow; place++)
            {
                if (Positive(place) < 0)
                    continue;
                var near = Math.Max(Distance(place / perRow, Positive(place)) - beta + margin, 0);
                var far = Negative(place) < 0 ? 0 : Math.Max(beta - Distance(place / perRow, Negative(place)) + margin, 0);
                if (pass == 0)
                {
                    sum += near + far;
                    slope += Math.Sign(far) - Math.Sign(near);
                    divisor += parts ? Math.Sign(near) + Math.Sign(far) : Math.Sign(near + far);
                    continue;
                }
                Pull(place / perRow, Positive(place), Math.Sign(near));
                Pull(place / perRow, Negative(place), -Math.Sign(far));
            }
        divisor = Math.Max(1, divisor);
        using var x = new GuardedTensor(Device, new Shape(count, dimension), values, ElementType.Float32, shift);
        using var dx = new GuardedTensor(Device, x.Tensor.Shape, new float[values.Length], ElementType.Float32, shift);
        Tensor loss = Zeros(new Shape(1)), dBeta = Zeros(new Shape(1));
        Operators.MarginLoss(x.Tensor, Table(count, perRow, Positive), Table(count, perRow, Negative), Upload(new Shape(1), [beta]), new MarginCost(margin, parts, epsilon), 2, loss, dx.Tensor, dBeta);
        Reference.Close([2 * sum / divisor], loss.ToArray<float>());
        Reference.Close([2 * slope / divisor], dBeta.ToArray<float>());
        Reference.Close([.. gradient.Select(value => 2 * value / divisor)], dx.Values());

        double Distance(int a, int b)
        {
            var square = (double)epsilon;
            for (var i = 0; i < dimension; i++)
                square += Math.Pow((double)values[(a * dimension) + i] - values[(b * dimension) + i], 2);
            return Math.Sqrt(square);
        }

        void Pull(int a, int b, double factor)
        {
            for (var i = 0; i < dimension && factor != 0; i++)
            {
                var part = factor * ((double)values[(a * dimension) + i] - values[(b * dimension) + i]) / Distance(a, b);
                gradient[(a * dimension) + i] += part;
                gradient[(b * dimension) + i] -= part;
            }
        }
    }

    private Tensor Table(int rows, int perRow, Func<int, int> entry) =>
        Device.Rent<int>(new Shape(rows, perRow), [.. Enumerable.Range(0, rows * perRow).Select(entry)]);
}
