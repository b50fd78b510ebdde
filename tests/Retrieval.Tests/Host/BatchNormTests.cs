using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Batch normalisation against plain loops in double precision.</summary>
public sealed class BatchNormTests : OperatorTests
{
    private const float Epsilon = 1e-5f;
    private const float Momentum = 0.1f;

    /// <summary>Rows and channels: one row, few and many channels, registers' widths and beside them, several chunks.</summary>
    public static TheoryData<int, int> Sizes { get; } = new()
    {
        { 2, 1 },
        { 31, 3 },
        { 32, 16 },
        { 33, 31 },
        { 7, 33 },
        { 101, 257 },
        { 13, 1000 },
        { 4099, 64 },
        { 50021, 3 },
        { 2, 2048 },
        { 257, 520 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void NormalisesWithTheBatchsOwnStatistics(DeviceName on, int rows, int channels)
    {
        Open(on);
        var shape = new Shape(rows, channels);
        foreach (var (type, shift) in MapKinds)
        {
            var values = new Values(rows, channels, type);
            var (means, variances) = values.Statistics();
            foreach (var relu in new[] { false, true })
            {
                using var x = new GuardedTensor(Device, shape, values.X, type, shift);
                using var residual = new GuardedTensor(Device, shape, values.Residual, type, shift);
                using var y = new GuardedTensor(Device, shape, null, type, shift);
                using var mean = new GuardedTensor(Device, new Shape(channels));
                using var invStd = new GuardedTensor(Device, new Shape(channels));
                using var runningMean = new GuardedTensor(Device, new Shape(channels), values.Beta);
                using var runningVariance = new GuardedTensor(Device, new Shape(channels), values.Gamma);
                var added = relu ? residual.Tensor : Tensor.None;
                Operators.BatchNormTraining(x.Tensor, Channels(values.Gamma), Channels(values.Beta), runningMean.Tensor, runningVariance.Tensor, Momentum, Epsilon,
                    added, relu, y.Tensor, mean.Tensor, invStd.Tensor);

                Reference.Close(means, mean.Values());
                Reference.Close([.. variances.Select(variance => 1 / Math.Sqrt(variance + Epsilon))], invStd.Values());
                Reference.Close([.. means.Select((value, c) => ((1 - Momentum) * values.Beta[c]) + (Momentum * value))], runningMean.Values());
                var unbiased = (double)rows / (rows - 1);
                Reference.Close([.. variances.Select((value, c) => ((1 - Momentum) * values.Gamma[c]) + (Momentum * value * unbiased))], runningVariance.Values());
                Reference.Close(values.Normalised(relu, relu), y.Values(), Activations.Tolerance(type));

                Operators.BatchNormTraining(x.Tensor, Channels(values.Gamma), Channels(values.Beta), Tensor.None, Tensor.None, Momentum, Epsilon,
                    added, relu, x.Tensor, mean.Tensor, invStd.Tensor);
                Assert.Equal(y.Values(), x.Values());
            }
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Backward(DeviceName on, int rows, int channels)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
            foreach (var relu in new[] { false, true })
                CheckBackward(new Values(rows, channels, type), new Shape(rows, channels), type, shift, relu);
    }

    private void CheckBackward(Values values, Shape shape, ElementType type, int shift, bool relu)
    {
        var (means, variances) = values.Statistics();
        Tensor gamma = Channels(values.Gamma), mean = Channels([.. means.Select(value => (float)value)]);
        var invStd = Channels([.. variances.Select(value => (float)(1 / Math.Sqrt(value + Epsilon)))]);
        var output = Activations.Rounded([.. values.Normalised(residual: true, relu: true).Select(value => (float)value)], type);
        using var x = new GuardedTensor(Device, shape, values.X, type, shift);
        using var rectified = new GuardedTensor(Device, shape, output, type, shift);
        var y = relu ? rectified.Tensor : Tensor.None;
        var (dx, g, dGamma, dBeta) = values.Gradients(relu ? output : null);
        using var gradient = new GuardedTensor(Device, shape, values.Dy, type, shift);
        using var result = new GuardedTensor(Device, shape, null, type, shift);
        using var masked = new GuardedTensor(Device, shape, null, type, shift);
        using var scaleGradient = new GuardedTensor(Device, gamma.Shape, values.Beta);
        using var shiftGradient = new GuardedTensor(Device, gamma.Shape, values.Gamma);
        Operators.BatchNormTrainingBackward(x.Tensor, y, gradient.Tensor, gamma, mean, invStd, result.Tensor, masked.Tensor, scaleGradient.Tensor, shiftGradient.Tensor);
        Reference.Close(dx, result.Values(), Activations.Tolerance(type, 3e-5), floor: 1);
        Reference.Close(g, masked.Values());
        Reference.Close([.. dGamma.Select((value, c) => value + values.Beta[c])], scaleGradient.Values(), 3e-5, floor: 1);
        Reference.Close([.. dBeta.Select((value, c) => value + values.Gamma[c])], shiftGradient.Values(), 3e-5, floor: 1);

        Tensor dg = Zeros(gamma.Shape), db = Zeros(gamma.Shape);
        using var another = new GuardedTensor(Device, shape, null, type, shift);
        using var shared = new GuardedTensor(Device, shape, values.Dy, type, shift);
        Operators.BatchNormTrainingBackward(x.Tensor, y, shared.Tensor, gamma, mean, invStd, another.Tensor, shared.Tensor, dg, db);
        Assert.Equal(result.Values(), another.Values());
        Assert.Equal(masked.Values(), shared.Values());
        Operators.BatchNormTrainingBackward(x.Tensor, y, gradient.Tensor, gamma, mean, invStd, gradient.Tensor, Tensor.None, dg, db);
        Assert.Equal(result.Values(), gradient.Values());
    }

    [DeviceTheory]
    public void BackwardByDifferences(DeviceName on)
    {
        Open(on);
        const int rows = 23, channels = 5;
        var shape = new Shape(rows, channels);
        var values = new Values(rows, channels);
        // A residual far from zero keeps the rectifier's kinks out of the steps' reach.
        var far = values.Residual.Select(value => value + (value > 0 ? 6 : -6)).ToArray();
        Tensor x = Upload(shape, values.X), residual = Upload(shape, far), gamma = Channels(values.Gamma), beta = Channels(values.Beta), dy = Upload(shape, values.Dy);
        Tensor y = Device.Rent(shape), mean = Device.Rent(gamma.Shape), invStd = Device.Rent(gamma.Shape);
        double Loss()
        {
            Operators.BatchNormTraining(x, gamma, beta, Tensor.None, Tensor.None, Momentum, Epsilon, residual, relu: true, y, mean, invStd);
            return FiniteDifferences.Inner(y, values.Dy);
        }
        Loss();
        Tensor dx = Device.Rent(shape), dResidual = Device.Rent(shape), dGamma = Zeros(gamma.Shape), dBeta = Zeros(gamma.Shape);
        Operators.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dx, dResidual, dGamma, dBeta);
        FiniteDifferences.Check(x, dx, Loss, step: 3e-2);
        FiniteDifferences.Check(residual, dResidual, Loss);
        FiniteDifferences.Check(gamma, dGamma, Loss);
        FiniteDifferences.Check(beta, dBeta, Loss);
    }

    [DeviceTheory]
    public void LargeMeansLoseNoVariance(DeviceName on)
    {
        Open(on);
        const int rows = 6007, channels = 8;
        var random = new Random(5);
        var x = new float[rows * channels];
        for (var i = 0; i < x.Length; i++)
            x[i] = (float)((i % channels * 1000) + random.NextDouble());
        var values = new Values(rows, channels, x: x);
        Tensor mean = Device.Rent(new Shape(channels)), invStd = Device.Rent(new Shape(channels)), y = Device.Rent(new Shape(rows, channels));
        Operators.BatchNormTraining(Upload(y.Shape, x), Channels(values.Gamma), Channels(values.Beta), Tensor.None, Tensor.None, Momentum, Epsilon,
            Tensor.None, relu: false, y, mean, invStd);
        var (_, variances) = values.Statistics();
        Reference.Close([.. variances.Select(variance => 1 / Math.Sqrt(variance + Epsilon))], invStd.ToArray<float>(), 1e-4);
    }

    [DeviceTheory]
    public void OneRowHasNoVariance(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(1, 2), [3, -4]), gamma = Channels([1, 2]), beta = Channels([5, 6]), running = Channels([1, 1]);
        Tensor y = Device.Rent(x.Shape), mean = Device.Rent(gamma.Shape), invStd = Device.Rent(gamma.Shape);
        Operators.BatchNormTraining(x, gamma, beta, Tensor.None, running, 0.5f, Epsilon, Tensor.None, relu: false, y, mean, invStd);
        Assert.Equal([5, 6], y.ToArray<float>());
        Assert.Equal([0.5f, 0.5f], running.ToArray<float>());
    }

    [Fact]
    public void ThreadsDoNotChangeABit() => ThreadCounts.Agree(device =>
    {
        const int rows = 7001, channels = 48;
        var shape = new Shape(rows, channels);
        var values = new Values(rows, channels);
        var ops = device.Operators;
        Tensor x = device.Rent<float>(shape, values.X), dy = device.Rent<float>(shape, values.Dy);
        Tensor gamma = device.Rent<float>(new Shape(channels), values.Gamma), beta = device.Rent<float>(new Shape(channels), values.Beta);
        Tensor y = device.Rent(shape), mean = device.Rent(gamma.Shape), invStd = device.Rent(gamma.Shape), dx = device.Rent(shape), sum = device.Rent(gamma.Shape);
        Tensor dGamma = device.Rent<float>(gamma.Shape, values.Gamma), dBeta = device.Rent<float>(gamma.Shape, values.Beta);
        ops.BatchNormTraining(x, gamma, beta, Tensor.None, Tensor.None, Momentum, Epsilon, Tensor.None, relu: true, y, mean, invStd);
        ops.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dx, Tensor.None, dGamma, dBeta);
        ops.ColumnSum(x, sum);
        return [y.ToArray<float>(), mean.ToArray<float>(), invStd.ToArray<float>(), dx.ToArray<float>(), dGamma.ToArray<float>(), dBeta.ToArray<float>(), sum.ToArray<float>()];
    });

    [DeviceTheory]
    public void RepeatsEveryBit(DeviceName on)
    {
        Open(on);
        const int rows = 7001, channels = 48;
        var values = new Values(rows, channels);
        Tensor x = Upload(new Shape(rows, channels), values.X), dy = Upload(x.Shape, values.Dy), gamma = Channels(values.Gamma), beta = Channels(values.Beta);
        float[][] Run()
        {
            Tensor y = Device.Rent(x.Shape), dx = Device.Rent(x.Shape), mean = Device.Rent(gamma.Shape), invStd = Device.Rent(gamma.Shape), dGamma = Zeros(gamma.Shape), dBeta = Zeros(gamma.Shape);
            Operators.BatchNormTraining(x, gamma, beta, Tensor.None, Tensor.None, Momentum, Epsilon, Tensor.None, relu: true, y, mean, invStd);
            Operators.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dx, Tensor.None, dGamma, dBeta);
            return [y.ToArray<float>(), mean.ToArray<float>(), invStd.ToArray<float>(), dx.ToArray<float>(), dGamma.ToArray<float>(), dBeta.ToArray<float>()];
        }
        Assert.Equal(Run(), Run());
    }

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void ScalesAndShifts(DeviceName on, int rows, int channels)
    {
        Open(on);
        var shape = new Shape(rows, channels);
        foreach (var (type, shift) in MapKinds)
        {
            var values = new Values(rows, channels, type);
            using var x = new GuardedTensor(Device, shape, values.X, type, shift);
            using var residual = new GuardedTensor(Device, shape, values.Residual, type, shift);
            using var y = new GuardedTensor(Device, shape, null, type, shift);
            var plain = values.X.Select((value, i) => ((double)value * values.Gamma[i % channels]) + values.Beta[i % channels]).ToArray();
            Operators.ScaleShift(x.Tensor, Channels(values.Gamma), Channels(values.Beta), Tensor.None, relu: false, y.Tensor);
            Reference.Close(plain, y.Values(), Activations.Tolerance(type));
            Operators.ScaleShift(x.Tensor, Channels(values.Gamma), Channels(values.Beta), residual.Tensor, relu: true, y.Tensor);
            Reference.Close([.. plain.Select((value, i) => Math.Max(0, value + values.Residual[i]))], y.Values(), Activations.Tolerance(type));
            Operators.ScaleShift(x.Tensor, Channels(values.Gamma), Channels(values.Beta), residual.Tensor, relu: true, x.Tensor);
            Assert.Equal(y.Values(), x.Values());
        }
    }

    [DeviceTheory]
    public void NoRowsAreNothingToScale(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(0, 4), []);
        Operators.ScaleShift(x, Channels([1, 1, 1, 1]), Channels([1, 1, 1, 1]), Tensor.None, relu: true, x);
        Operators.BatchNormTrainingBackward(x, x, x, Channels([1, 1, 1, 1]), Channels([1, 1, 1, 1]), Channels([1, 1, 1, 1]), x, Tensor.None, Channels([1, 1, 1, 1]), Channels([1, 1, 1, 1]));
        Assert.Throws<OperatorException>(() => Operators.BatchNormTraining(x, Channels([1, 1, 1, 1]), Channels([1, 1, 1, 1]), Tensor.None, Tensor.None, Momentum, Epsilon,
            Tensor.None, relu: true, x, Channels([1, 1, 1, 1]), Channels([1, 1, 1, 1])));
    }

    [DeviceTheory]
    public void WhatIsNotANumberShows(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(2, 4), [float.NaN, 1, float.PositiveInfinity, -1, 1, 1, 1, 1]);
        Tensor y = Device.Rent(x.Shape), mean = Device.Rent(new Shape(4)), invStd = Device.Rent(mean.Shape), ones = Channels([1, 1, 1, 1]);
        Operators.ScaleShift(x, ones, Zeros(ones.Shape), Tensor.None, relu: true, y);
        Assert.Equal([float.NaN, 1, float.PositiveInfinity, 0, 1, 1, 1, 1], y.ToArray<float>());
        Operators.BatchNormTraining(x, ones, ones, Tensor.None, Tensor.None, Momentum, Epsilon, Tensor.None, relu: true, y, mean, invStd);
        Assert.Equal([true, false, true, false], invStd.ToArray<float>().Select(float.IsNaN));
        Assert.Equal([true, false, true, false, true, false, true, false], y.ToArray<float>().Select(float.IsNaN));
    }

    private Tensor Channels(float[] values) => Upload(new Shape(values.Length), values);

    /// <summary>A case's inputs and what double precision makes of them.</summary>
    private sealed class Values(int rows, int channels, ElementType type = ElementType.Float32, float[]? x = null)
    {
        private (double[] Means, double[] Variances)? _statistics;

        public float[] X { get; } = x ?? Map(rows, channels, type, 1);

        public float[] Residual { get; } = Map(rows, channels, type, 2);

        public float[] Dy { get; } = Map(rows, channels, type, 3);

        public float[] Gamma { get; } = [.. Reference.Random(channels, 4).Select(value => value + 1.5f)];

        public float[] Beta { get; } = Reference.Random(channels, 5);

        public (double[] Means, double[] Variances) Statistics() => _statistics ??= FindStatistics();

        public double[] Normalised(bool residual, bool relu)
        {
            var (means, variances) = Statistics();
            return [.. X.Select((value, i) =>
            {
                var c = i % channels;
                var result = ((value - means[c]) / Math.Sqrt(variances[c] + Epsilon) * Gamma[c]) + Beta[c] + (residual ? Residual[i] : 0);
                return relu ? Math.Max(0, result) : result;
            })];
        }

        public (double[] Dx, double[] G, double[] DGamma, double[] DBeta) Gradients(float[]? output)
        {
            var (means, variances) = Statistics();
            double[] g = [.. Dy.Select((value, i) => output == null || output[i] > 0 ? value : 0.0)], dGamma = new double[channels], dBeta = new double[channels];
            double Normal(int i) => (X[i] - means[i % channels]) / Math.Sqrt(variances[i % channels] + Epsilon);
            for (var i = 0; i < g.Length; i++)
            {
                dBeta[i % channels] += g[i];
                dGamma[i % channels] += g[i] * Normal(i);
            }
            double[] dx = [.. g.Select((value, i) =>
            {
                var c = i % channels;
                return Gamma[c] / Math.Sqrt(variances[c] + Epsilon) * (value - (dBeta[c] / rows) - (Normal(i) * dGamma[c] / rows));
            })];
            return (dx, g, dGamma, dBeta);
        }

        private (double[] Means, double[] Variances) FindStatistics()
        {
            double[] means = new double[channels], variances = new double[channels];
            for (var i = 0; i < X.Length; i++)
                means[i % channels] += (double)X[i] / rows;
            for (var i = 0; i < X.Length; i++)
                variances[i % channels] += (X[i] - means[i % channels]) * (X[i] - means[i % channels]) / rows;
            return (means, variances);
        }

        private static float[] Map(int rows, int channels, ElementType type, int seed) => Activations.Rounded(Reference.Random((long)rows * channels, seed), type);
    }
}
