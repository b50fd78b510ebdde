using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Batch normalisation of the real ones among a few rows.</summary>
public sealed class RowNormTests : OperatorTests
{
    private const float Epsilon = 1e-5f;
    private const float Momentum = 0.1f;

    /// <summary>The neck of the centroid system: batch norm over the real rows, then label-smoothed cross-entropy of a classifier without bias.</summary>
    [DeviceTheory]
    [OracleData("ctl_step")]
    public void A_neck_moves_as_in_the_reference(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var real = oracle.Integers("in.is_real");
        using var neck = new Neck(Device, oracle.Floats("in.features"), real, oracle.Floats("param.bn.weight"), oracle.Floats("param.bn.running_mean"), oracle.Floats("param.bn.running_var"));
        neck.Forward((float)oracle.Number("bn_momentum"), (float)oracle.Number("bn_eps"), frozen: false);
        oracle.Check("out.bn.running_mean", neck.RunningMean.ToArray<float>());
        oracle.Check("out.bn.running_var", neck.RunningVariance.ToArray<float>());
        var (loss, gradient) = CrossEntropy(oracle, neck.Y.ToArray<float>(), real);
        oracle.Check("out.xent", [loss]);
        neck.Backward(gradient, frozen: false);
        oracle.Check("grad.bn.weight", neck.DGamma.ToArray<float>());
    }

    [DeviceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_by_differences(DeviceName on, bool frozen)
    {
        Open(on);
        const int rows = 11, dimension = 7;
        int[] real = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0];
        using var neck = new Neck(Device, Reference.Random(rows * dimension, 1), real, Ones(dimension), new float[dimension], Ones(dimension));
        var weights = Reference.Random(rows * dimension, 2);
        double Loss()
        {
            // The running statistics would move from one step to the next.
            neck.RunningMean.Upload<float>(new float[dimension]);
            neck.RunningVariance.Upload<float>(Ones(dimension));
            neck.Forward(Momentum, Epsilon, frozen);
            return FiniteDifferences.Inner(neck.Y, weights);
        }
        Loss();
        neck.Backward(weights, frozen);
        FiniteDifferences.Check(neck.X, neck.Dx, Loss);
        FiniteDifferences.Check(neck.Gamma, neck.DGamma, Loss);
    }

    [DeviceTheory]
    [InlineData(1, 1)]
    [InlineData(3, 31)]
    [InlineData(8, 33)]
    [InlineData(17, 513)]
    public void Rows_that_are_not_real_change_nothing(DeviceName on, int rows, int dimension)
    {
        Open(on);
        float[] x = Reference.Random(rows * dimension, 3), dy = Reference.Random(rows * dimension, 4);
        using var plain = new Neck(Device, x, null, Ones(dimension), new float[dimension], Ones(dimension));
        plain.Forward(Momentum, Epsilon, frozen: false);
        plain.Backward(dy, frozen: false);

        var filler = Enumerable.Repeat(float.NaN, dimension);
        using var padded = new Neck(Device, [.. x, .. filler], [.. Enumerable.Repeat(1, rows), 0], Ones(dimension), new float[dimension], Ones(dimension));
        padded.Forward(Momentum, Epsilon, frozen: false);
        padded.Backward([.. dy, .. filler], frozen: false);
        Assert.Equal([.. plain.Y.ToArray<float>(), .. new float[dimension]], padded.Y.ToArray<float>());
        Assert.Equal([.. plain.Dx.ToArray<float>(), .. new float[dimension]], padded.Dx.ToArray<float>());
        Assert.Equal(plain.DGamma.ToArray<float>(), padded.DGamma.ToArray<float>());
        Assert.Equal(plain.RunningVariance.ToArray<float>(), padded.RunningVariance.ToArray<float>());
    }

    [DeviceTheory]
    public void Large_means_lose_no_variance(DeviceName on)
    {
        Open(on);
        const int rows = 257;
        var x = Enumerable.Range(0, rows).Select(row => 10_000f + (row % 2)).ToArray();
        using var neck = new Neck(Device, x, null, [1], [0], [1]);
        neck.Forward(1, Epsilon, frozen: false);
        var mean = x.Average(value => (double)value);
        Reference.Close([x.Sum(value => (value - mean) * (value - mean)) / (rows - 1)], neck.RunningVariance.ToArray<float>());
    }

    [DeviceTheory]
    public void What_does_not_fit_is_refused(DeviceName on)
    {
        Open(on);
        using var neck = new Neck(Device, new float[6], [1, 1], Ones(3), new float[3], Ones(3));
        var wrong = Device.Rent(new Shape(3), ElementType.Int32);
        var error = Assert.Throws<OperatorException>(() => Operators.BatchNormRows(neck.X, wrong, neck.Gamma, neck.Beta, neck.RunningMean, neck.RunningVariance,
            Momentum, Epsilon, false, neck.Y, neck.Mean, neck.InvStd));
        Assert.Contains("real has shape [3], expected [2]", error.Message, StringComparison.Ordinal);
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    /// <summary>Loss of the real rows and its gradient to the neck's output, in double precision.</summary>
    private static (float Loss, float[] Gradient) CrossEntropy(OracleCase oracle, float[] neck, int[] real)
    {
        int[] labels = oracle.Integers("in.label"), shape = oracle.Shape("param.fc.weight");
        double epsilon = oracle.Number("epsilon"), weight = oracle.Number("xent_weight"), count = real.Sum(), loss = 0;
        var classifier = oracle.Doubles("param.fc.weight");
        var gradient = new float[neck.Length];
        foreach (var row in Enumerable.Range(0, real.Length).Where(row => real[row] != 0))
        {
            double Feature(int d) => neck[(row * shape[1]) + d];
            var logits = Enumerable.Range(0, shape[0]).Select(k => Enumerable.Range(0, shape[1]).Sum(d => classifier[(k * shape[1]) + d] * Feature(d))).ToArray();
            var total = logits.Sum(Math.Exp);
            for (var k = 0; k < shape[0]; k++)
            {
                double target = (k == labels[row] ? 1 - epsilon : 0) + (epsilon / shape[0]), share = Math.Exp(logits[k]) / total;
                loss -= weight * target * Math.Log(share) / count;
                for (var d = 0; d < shape[1]; d++)
                    gradient[(row * shape[1]) + d] += (float)(weight * (share - target) * classifier[(k * shape[1]) + d] / count);
            }
        }
        return ((float)loss, gradient);
    }

    private sealed class Neck(Device device, float[] x, int[]? real, float[] gamma, float[] mean, float[] variance) : IDisposable
    {
        private readonly Shape _shape = new(x.Length / gamma.Length, gamma.Length);
        private readonly List<GuardedTensor> _outputs = [];
        private readonly Tensor _real = real is null ? Tensor.None : device.Rent<int>(new Shape(real.Length), real);
        private Tensor _y, _dx;

        public Tensor X { get; } = device.Rent<float>(new Shape(x.Length / gamma.Length, gamma.Length), x);

        public Tensor Gamma { get; } = device.Rent<float>(new Shape(gamma.Length), gamma);

        public Tensor Beta { get; } = device.Rent<float>(new Shape(gamma.Length), new float[gamma.Length]);

        public Tensor RunningMean { get; } = device.Rent<float>(new Shape(gamma.Length), mean);

        public Tensor RunningVariance { get; } = device.Rent<float>(new Shape(gamma.Length), variance);

        public Tensor Mean { get; } = device.Rent(new Shape(gamma.Length));

        public Tensor InvStd { get; } = device.Rent(new Shape(gamma.Length));

        public Tensor DGamma { get; } = device.Rent<float>(new Shape(gamma.Length), new float[gamma.Length]);

        public Tensor Y => _y.IsNone ? _y = Guarded() : _y;

        public Tensor Dx => _dx.IsNone ? _dx = Guarded() : _dx;

        public void Forward(float momentum, float epsilon, bool frozen) =>
            device.Operators.BatchNormRows(X, _real, Gamma, Beta, RunningMean, RunningVariance, momentum, epsilon, frozen, Y, Mean, InvStd);

        public void Backward(float[] dy, bool frozen) =>
            device.Operators.BatchNormRowsBackward(X, _real, device.Rent<float>(_shape, dy), Gamma, Mean, InvStd, frozen, Dx, DGamma);

        public void Dispose()
        {
            foreach (var output in _outputs)
            {
                output.Values();
                output.Dispose();
            }
        }

        private Tensor Guarded()
        {
            _outputs.Add(new GuardedTensor(device, _shape));
            return _outputs[^1].Tensor;
        }
    }
}
