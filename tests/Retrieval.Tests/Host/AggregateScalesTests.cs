using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>The generalised mean of descriptors over scales, against the formula in double precision.</summary>
public sealed class AggregateScalesTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1, 1f)]
    [InlineData(3, 33, 1f)]
    [InlineData(3, 130, 2.9f)]
    [InlineData(5, 17, 3f)]
    [InlineData(2, 31, 40f)]
    [InlineData(4, 32, 0.5f)]
    [InlineData(3, 70_001, 1000f)]
    [InlineData(2, 0, 3f)]
    public void JoinsScales(DeviceName on, int scales, int dimension, float p)
    {
        Open(on);
        var x = Reference.Random((long)scales * 2 * dimension, 1).Select(value => p == 1 ? value : Math.Max(0, value)).ToArray();
        var expected = new double[2 * dimension];
        for (var i = 0; i < expected.Length; i++)
            expected[i] = Mean([.. Enumerable.Range(0, scales).Select(s => (double)x[(s * expected.Length) + i])], p);
        foreach (var shift in new[] { 0, 1 })
        {
            using var values = new GuardedTensor(Device, new Shape(scales, 2, dimension), x, ElementType.Float32, shift);
            using var y = new GuardedTensor(Device, new Shape(2, dimension), null, ElementType.Float32, shift);
            Operators.AggregateScales(values.Tensor, p, y.Tensor);
            Reference.Close(expected, y.Values());
        }
    }

    [DeviceTheory]
    [InlineData(1f, -0.5f)]
    [InlineData(3f, 0)]
    public void WhatIsBelowZeroCountsAsZeroUnlessTheMeanIsPlain(DeviceName on, float p, float expected)
    {
        Open(on);
        var y = Device.Rent(new Shape(1, 2));
        Operators.AggregateScales(Upload(new Shape(2, 1, 2), [-0.25f, -0.75f, -0.75f, -0.25f]), p, y);
        Assert.Equal([expected, expected], y.ToArray<float>());
    }

    private static double Mean(double[] values, double p)
    {
        var largest = values.Max();
        return p == 1 ? values.Average() : largest == 0 ? 0 : largest * Math.Pow(values.Average(value => Math.Pow(value / largest, p)), 1 / p);
    }
}
