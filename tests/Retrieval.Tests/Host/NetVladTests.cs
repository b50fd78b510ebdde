using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class NetVladTests : OperatorTests
{
    /// <summary>Clusters and ghosts below, at and above a register's and a tile's width, in odd and even numbers of channels and locations.</summary>
    [DeviceTheory]
    [InlineData(2, 3, 5, 7, 4, 0)]
    [InlineData(1, 1, 1, 3, 1, 0)]
    [InlineData(2, 2, 5, 24, 67, 3)]
    [InlineData(1, 5, 13, 72, 6, 2)]
    public void FollowsPlainLoops(DeviceName on, int images, int height, int width, int channels, int clusters, int ghosts)
    {
        Open(on);
        foreach (var (type, shift) in MapKinds)
            foreach (var normalize in new[] { true, false })
            {
                var shape = new Shape(images, height, width, channels);
                var values = Activations.Rounded(Reference.Random(shape.Count, 1), type);
                using var x = new GuardedTensor(Device, shape, values, type, shift);
                var weights = Random(clusters, ghosts, channels, bias: normalize);
                var run = new NetVladRun(Device, x.Tensor, weights, normalize);
                var plain = new PlainNetVlad(shape, values, weights, normalize);
                var tolerance = Activations.Tolerance(type);
                run.Forward();
                Reference.Close(plain.Assignment, run.State.Assignment.ToArray<float>(), tolerance: tolerance);
                Reference.Close(plain.Y, run.Y.ToArray<float>(), tolerance: tolerance);

                var dy = Reference.Random(run.Y.Count, 5);
                plain.Backward(dy);
                run.Backward(Upload(run.Y.Shape, dy));
                Reference.Close(plain.Dx, Activations.Values(run.Dx), tolerance: 2 * tolerance);
                Reference.Close(plain.DAssignment, run.Gradients.Assignment.ToArray<float>(), tolerance: 2 * tolerance);
                Reference.Close(plain.DCentroids, run.Gradients.Centroids.ToArray<float>(), tolerance: 2 * tolerance);
                if (normalize)
                    Reference.Close(plain.DBias, run.Gradients.Bias.ToArray<float>(), floor: 1, tolerance: 2 * tolerance);
            }
    }

    [DeviceTheory]
    public void GradientsByDifferences(DeviceName on)
    {
        Open(on);
        foreach (var normalize in new[] { true, false })
        {
            var x = Upload(new Shape(2, 2, 3, 5), Reference.Random(60, 1));
            var run = new NetVladRun(Device, x, Random(3, 1, 5, bias: true), normalize);
            var weights = Reference.Random(run.Y.Count, 9);
            double Loss()
            {
                run.Forward();
                return FiniteDifferences.Inner(run.Y, weights);
            }
            Loss();
            run.Backward(Upload(run.Y.Shape, weights));
            FiniteDifferences.Check(x, run.Dx, Loss);
            FiniteDifferences.Check(run.Weights.Assignment, run.Gradients.Assignment, Loss);
            FiniteDifferences.Check(run.Weights.Bias, run.Gradients.Bias, Loss);
            FiniteDifferences.Check(run.Weights.Centroids, run.Gradients.Centroids, Loss);
        }
    }

    [DeviceTheory]
    public void GradientsOfParametersAreAddedToAndMayBeMissing(DeviceName on)
    {
        Open(on);
        var x = Upload(new Shape(1, 2, 3, 4), Reference.Random(24, 1));
        var run = new NetVladRun(Device, x, Random(2, 0, 4, bias: true), true);
        var dy = Upload(run.Y.Shape, Reference.Random(8, 2));
        run.Forward();
        run.Backward(dy);
        var once = run.Gradients.Assignment.ToArray<float>();
        run.Backward(dy);
        Reference.Close([.. once.Select(value => 2.0 * value)], run.Gradients.Assignment.ToArray<float>());
        var dx = run.Dx.ToArray<float>();
        Operators.NetVladBackward(x, run.Weights, run.State, run.Y, dy, run.Dx, default);
        Assert.Equal(dx, run.Dx.ToArray<float>());
    }

    /// <summary>A location without length, an image without any, and a cluster that nothing is assigned to.</summary>
    [DeviceTheory]
    public void NothingIsDividedByZero(DeviceName on)
    {
        Open(on);
        var values = Reference.Random(2 * 6 * 5, 1);
        values.AsSpan(0, 5).Clear();
        values.AsSpan(30).Clear();
        var weights = new NetVladWeights(Upload(new Shape(2, 5), new float[10]), Upload(new Shape(2), [0, -200]), Upload(new Shape(2, 5), new float[10]));
        var run = new NetVladRun(Device, Upload(new Shape(2, 2, 3, 5), values), weights, true);
        run.Forward();
        var y = run.Y.ToArray<float>();
        Assert.All(y, value => Assert.True(float.IsFinite(value)));
        Assert.All(y[10..], value => Assert.Equal(0, value));
        run.Backward(Upload(run.Y.Shape, Reference.Random(20, 3)));
        Assert.All(run.Dx.ToArray<float>().Take(30), value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>Beside the map, its gradient, parameters and results, a pass takes less than the map once more and a few K x C for each image; the residuals of all locations would be K maps.</summary>
    [DeviceTheory]
    public void WorkMemoryHoldsNoResidualsOfLocations(DeviceName on)
    {
        Open(on);
        var (side, channels, clusters) = on.Kind == "cpu" ? (64, 512, 64) : (24, 64, 16);
        const int images = 2;
        // Whatever the device was used for before, its peak is reached from here on.
        var before = Device.Arena.PeakByteCount;
        Device.Rent(new Shape((int)Math.Max(1, before - Device.Arena.RentedByteCount)), ElementType.UInt8);
        before = Device.Arena.PeakByteCount;
        var shape = new Shape(images, side, side, channels);
        var run = new NetVladRun(Device, Upload(shape, Reference.Random(shape.Count, 1)), Random(clusters, 0, channels, bias: true), true);
        var dy = Upload(run.Y.Shape, Reference.Random(run.Y.Count, 5));
        run.Forward();
        run.Backward(dy);
        var given = run.X.ByteCount + run.Dx.ByteCount + run.Y.ByteCount + dy.ByteCount + (2 * (run.Weights.Assignment.ByteCount + run.Weights.Centroids.ByteCount));
        var allowed = run.X.ByteCount + (4 * run.Y.ByteCount);
        Assert.InRange(Device.Arena.PeakByteCount - before - given, run.State.Assignment.ByteCount, allowed);
        Assert.True(allowed < clusters * run.X.ByteCount / 4);
    }

    [Fact]
    public void ThreadsDoNotChangeBits() => ThreadCounts.Agree(device =>
    {
        var x = device.Rent<float>(new Shape(3, 17, 19, 40), Reference.Random(3 * 17 * 19 * 40, 1));
        var weights = new NetVladWeights(
            device.Rent<float>(new Shape(12, 40), Reference.Random(480, 2)), device.Rent<float>(new Shape(12), Reference.Random(12, 3)), device.Rent<float>(new Shape(10, 40), Reference.Random(400, 4)));
        var run = new NetVladRun(device, x, weights, true);
        run.Forward();
        run.Backward(device.Rent<float>(run.Y.Shape, Reference.Random(run.Y.Count, 5)));
        return [run.Y.ToArray<float>(), run.Dx.ToArray<float>(), run.Gradients.Assignment.ToArray<float>(), run.Gradients.Bias.ToArray<float>(), run.Gradients.Centroids.ToArray<float>()];
    });

    [Fact]
    public void RefusesWhatDoesNotFit()
    {
        var x = Zeros(new Shape(1, 2, 2, 3));
        var weights = new NetVladWeights(Zeros(new Shape(2, 3)), Tensor.None, Zeros(new Shape(3, 3)));
        var state = NetVladState.Rent(x, weights, true);
        var error = Assert.Throws<OperatorException>(() => Operators.NetVlad(x, weights, state, Zeros(new Shape(1, 9))));
        Assert.Contains("NetVlad: W [2, 3] and c [3, 3] do not fit 3 channels", error.Message);
    }

    private NetVladWeights Random(int clusters, int ghosts, int channels, bool bias) => new(
        Upload(new Shape(clusters + ghosts, channels), Reference.Random((clusters + ghosts) * channels, 2)),
        bias ? Upload(new Shape(clusters + ghosts), Reference.Random(clusters + ghosts, 3)) : Tensor.None,
        Upload(new Shape(clusters, channels), Reference.Random(clusters * channels, 4)));
}
