using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Instance normalisation, with and without a tail of batch normalisation, against plain loops in double precision.</summary>
public sealed class InstanceNormTests : OperatorTests
{
    private const float Epsilon = 1e-5f;
    private const float Momentum = 0.1f;

    /// <summary>Images, positions, channels, and how many of those are normalised by image.</summary>
    public static TheoryData<int, int, int, int> Sizes { get; } = new()
    {
        { 1, 2, 1, 1 },
        { 2, 31, 3, 3 },
        { 3, 32, 16, 8 },
        { 2, 33, 31, 15 },
        { 33, 5, 10, 5 },
        { 2, 4099, 64, 32 },
        { 1, 50021, 3, 1 },
        { 2, 2, 1032, 516 },
        { 40, 3, 24, 24 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void NormalisesAndDifferentiates(DeviceName on, int images, int positions, int channels, int split)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
            foreach (var stored in split < channels ? new[] { false, true } : [false])
                Check(new InstanceNormCase(images, positions, channels, split, stored, type), type, shift, relu: stored || shift > 0);
    }

    private void Check(InstanceNormCase values, ElementType type, int shift, bool relu)
    {
        var expected = values.Normalised(relu);
        using var x = new GuardedTensor(Device, values.Shape, values.X, type, shift);
        using var y = new GuardedTensor(Device, values.Shape, null, type, shift);
        using var mean = new GuardedTensor(Device, values.Table);
        using var invStd = new GuardedTensor(Device, values.Table);
        Tensor gamma = Channels(values.Gamma[..values.Split]), beta = Channels(values.Beta[..values.Split]);
        var tail = Tail(values);
        Operators.InstanceNorm(x.Tensor, gamma, beta, tail, Epsilon, relu, y.Tensor, mean.Tensor, invStd.Tensor);
        Reference.Close(values.Means, mean.Values());
        Reference.Close([.. values.Variances.Select(variance => 1 / Math.Sqrt(variance + Epsilon))], invStd.Values());
        Reference.Close(expected, y.Values(), Activations.Tolerance(type));
        CheckRunning(values, tail);

        CheckBackward(values, x.Tensor, relu ? y : null, gamma, tail, mean.Tensor, invStd.Tensor, type, shift);
        Operators.InstanceNorm(x.Tensor, gamma, beta, Tail(values), Epsilon, relu, x.Tensor, mean.Tensor, invStd.Tensor);
        Assert.Equal(y.Values(), x.Values());
    }

    private void CheckRunning(InstanceNormCase values, BatchNormTail tail)
    {
        if (tail.Channels == 0)
            return;
        var (means, variances) = values.Running(Momentum);
        Reference.Close(means, tail.RunningMean.ToArray<float>());
        Reference.Close(variances, tail.RunningVariance.ToArray<float>());
    }

    private void CheckBackward(InstanceNormCase values, Tensor x, GuardedTensor? y, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, ElementType type, int shift)
    {
        var (dx, dGamma, dBeta) = values.Gradients(y?.Values());
        using var dy = new GuardedTensor(Device, values.Shape, values.Dy, type, shift);
        using var result = new GuardedTensor(Device, values.Shape, null, type, shift);
        using var scales = new GuardedTensor(Device, gamma.Shape, values.Beta[..values.Split]);
        using var shifts = new GuardedTensor(Device, gamma.Shape, values.Gamma[..values.Split]);
        using var tailScales = new GuardedTensor(Device, new Shape(tail.Channels), values.Beta[values.Split..]);
        using var tailShifts = new GuardedTensor(Device, new Shape(tail.Channels), values.Gamma[values.Split..]);
        void Run(Tensor target) => Operators.InstanceNormBackward(x, y?.Tensor ?? Tensor.None, dy.Tensor, gamma, tail, mean, invStd, target, scales.Tensor, shifts.Tensor,
            tail.Channels > 0 ? tailScales.Tensor : Tensor.None, tail.Channels > 0 ? tailShifts.Tensor : Tensor.None);
        Run(result.Tensor);
        Reference.Close(dx, result.Values(), Activations.Tolerance(type, 3e-5), floor: 1);
        Reference.Close([.. dGamma.Select((value, c) => value + values.Beta[c])], [.. scales.Values(), .. tailScales.Values()], 3e-5, floor: 1);
        Reference.Close([.. dBeta.Select((value, c) => value + values.Gamma[c])], [.. shifts.Values(), .. tailShifts.Values()], 3e-5, floor: 1);
        Run(dy.Tensor);
        Assert.Equal(result.Values(), dy.Values());
    }

    [DeviceTheory]
    public void BackwardByDifferences(DeviceName on)
    {
        Open(on);
        foreach (var stored in new[] { false, true })
        {
            var values = new InstanceNormCase(3, 7, 5, 2, stored);
            Tensor x = Upload(values.Shape, values.X), dy = Upload(values.Shape, values.Dy), gamma = Channels(values.Gamma[..2]), beta = Channels(values.Beta[..2]);
            Tensor y = Device.Rent(values.Shape), mean = Device.Rent(values.Table), invStd = Device.Rent(values.Table);
            var tail = Tail(values) with { Momentum = 0 };
            double Loss()
            {
                Operators.InstanceNorm(x, gamma, beta, tail, Epsilon, relu: false, y, mean, invStd);
                return FiniteDifferences.Inner(y, values.Dy);
            }
            Loss();
            Tensor dx = Device.Rent(values.Shape), dGamma = Zeros(gamma.Shape), dBeta = Zeros(gamma.Shape), dTailGamma = Zeros(tail.Gamma.Shape), dTailBeta = Zeros(tail.Gamma.Shape);
            Operators.InstanceNormBackward(x, Tensor.None, dy, gamma, tail, mean, invStd, dx, dGamma, dBeta, dTailGamma, dTailBeta);
            FiniteDifferences.Check(x, dx, Loss);
            FiniteDifferences.Check(gamma, dGamma, Loss);
            FiniteDifferences.Check(beta, dBeta, Loss);
            FiniteDifferences.Check(tail.Gamma, dTailGamma, Loss);
            FiniteDifferences.Check(tail.Beta, dTailBeta, Loss);
        }
    }

    [DeviceTheory]
    public void LargeMeansLoseNoVariance(DeviceName on)
    {
        Open(on);
        var values = new InstanceNormCase(2, 4099, 8, 4, stored: false, offset: 1000);
        Tensor y = Device.Rent(values.Shape), mean = Device.Rent(values.Table), invStd = Device.Rent(values.Table);
        Operators.InstanceNorm(Upload(values.Shape, values.X), Channels(values.Gamma[..4]), Channels(values.Beta[..4]), Tail(values), Epsilon, relu: false, y, mean, invStd);
        Reference.Close([.. values.Variances.Select(variance => 1 / Math.Sqrt(variance + Epsilon))], invStd.ToArray<float>(), 1e-4);
    }

    [DeviceTheory]
    public void NoImagesAreNothingToNormalise(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(0, 2, 2, 4), []), table = Device.Rent(new Shape(0, 4)), ones = Channels([1, 1, 1, 1]);
        Operators.InstanceNorm(x, ones, ones, default, Epsilon, relu: true, x, table, table);
        Operators.InstanceNormBackward(x, x, x, ones, default, table, table, x, ones, ones, Tensor.None, Tensor.None);
        Assert.Equal([1, 1, 1, 1], ones.ToArray<float>());
    }

    [DeviceTheory]
    public void WhatDoesNotFitIsRefused(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(2, 3, 3, 4)), table = Zeros(new Shape(2, 4)), two = Zeros(new Shape(2)), four = Zeros(new Shape(4));
        string Refused(Tensor gamma, BatchNormTail tail, Tensor mean) =>
            Assert.Throws<OperatorException>(() => Operators.InstanceNorm(x, gamma, gamma, tail, Epsilon, relu: false, x, mean, table)).Message;
        Assert.Contains("gamma has 2 channels and the tail 0, expected 4 together", Refused(two, default, table), StringComparison.Ordinal);
        Assert.Contains("a tail with stored statistics lacks them", Refused(two, new BatchNormTail(two, two, two, Tensor.None, Stored: true), table), StringComparison.Ordinal);
        Assert.Contains("mean", Refused(four, default, four), StringComparison.Ordinal);
    }

    [Fact]
    public void ThreadsDoNotChangeABit() => ThreadCounts.Agree(device =>
    {
        var values = new InstanceNormCase(2, 7001, 48, 20, stored: false);
        Tensor Rent(float[] numbers) => device.Rent<float>(new Shape(numbers.Length), numbers);
        Tensor x = device.Rent<float>(values.Shape, values.X), dy = device.Rent<float>(values.Shape, values.Dy), y = device.Rent(values.Shape);
        Tensor mean = device.Rent(values.Table), invStd = device.Rent(values.Table), gamma = Rent(values.Gamma[..20]), beta = Rent(values.Beta[..20]);
        var tail = new BatchNormTail(Rent(values.Gamma[20..]), Rent(values.Beta[20..]), Rent(values.Gamma[20..]), Rent(values.Gamma[20..]), Stored: false, Momentum);
        device.Operators.InstanceNorm(x, gamma, beta, tail, Epsilon, relu: true, y, mean, invStd);
        device.Operators.InstanceNormBackward(x, y, dy, gamma, tail, mean, invStd, dy, gamma, beta, tail.Gamma, tail.Beta);
        return [.. new[] { y, mean, invStd, dy, gamma, beta, tail.Gamma, tail.Beta, tail.RunningMean, tail.RunningVariance }.Select(tensor => tensor.ToArray<float>())];
    });

    private BatchNormTail Tail(InstanceNormCase values) => values.Split == values.Channels ? default : new BatchNormTail(Channels(values.Gamma[values.Split..]),
        Channels(values.Beta[values.Split..]), Channels(values.OldMeans), Channels(values.OldVariances), values.Stored, Momentum);

    private Tensor Channels(float[] values) => Upload(new Shape(values.Length), values);
}
