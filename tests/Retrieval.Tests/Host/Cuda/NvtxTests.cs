using Retrieval.Host;
using Retrieval.Host.Interop.Cuda;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>The ranges that a profile leaves for NVIDIA's profilers, as the simulator counts them: each that is begun is ended, on its own thread.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class NvtxTests : IDisposable
{
    private const int IllegalAddress = 700;

    private readonly Simulator _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Fact]
    public void EveryCallIsARange()
    {
        using var device = Device.Open(Simulator.Second, 1);
        var before = _simulator.Counters();
        using (var profile = device.StartProfile())
        {
            Parallel.For(0, 4, _ =>
            {
                var x = device.Rent(new Shape(3, 5));
                device.Operators.Fill(x, 1);
                device.Operators.Relu(x, x);
            });
            var calls = profile.Finish().Calls.Count;
            Assert.Equal((ulong)calls, _simulator.Counters().RangesBegun - before.RangesBegun);
            Assert.True(calls >= 8);
        }
        Balanced(before);
    }

    [Fact]
    public void ACallThatFailsEndsItsRange()
    {
        using var device = Device.Open(Simulator.Second, 1);
        var before = _simulator.Counters();
        using var profile = device.StartProfile();
        var x = device.Rent(new Shape(3, 5));
        device.Operators.Fill(x, 1);
        device.Synchronize();
        _simulator.FailNextGrid(IllegalAddress);
        device.Operators.Relu(x, x);
        Assert.Throws<CudaException>(device.Synchronize);
        Assert.True(_simulator.Counters().RangesBegun - before.RangesBegun >= 2);
        Balanced(before);
    }

    [Fact]
    public void WithoutAProfileThereAreNone()
    {
        using var device = Device.Open(Simulator.Second, 1);
        var before = _simulator.Counters();
        device.Operators.Fill(device.Rent(new Shape(3)), 1);
        device.Synchronize();
        Assert.Equal(before.RangesBegun, _simulator.Counters().RangesBegun);
    }

    private void Balanced(SimulatorCounters before)
    {
        var after = _simulator.Counters();
        Assert.Equal((after.RangesBegun - before.RangesBegun, 0UL), (after.RangesEnded - before.RangesEnded, after.RangesUnmatched - before.RangesUnmatched));
    }
}
