using Retrieval.Host;
using Retrieval.Tests.Host.Cuda;
using Retrieval.Training.Optimizers;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>Whole training steps, recorded: images go up, the network runs, the optimiser steps, and nothing waits or takes memory.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class RecordedTrainingTests
{
    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Steady_steps_wait_for_nothing_and_allocate_nothing(Precision precision)
    {
        const int steps = 8, windows = 4;
        using var simulator = new Simulator();
        using var race = new TrainingRace(Device.Open(Simulator.Second, 1, precision), OptimizerKind.Adam);
        for (var warm = 0; warm < 6; warm++)
            race.Step();
        // A lock that is contended for the first time makes its event then: one window must be clean.
        var allocated = 1L;
        for (var window = 0; window < windows && allocated != 0; window++)
        {
            var (before, allocatedBefore) = (simulator.Counters(), GC.GetAllocatedBytesForCurrentThread());
            for (var step = 0; step < steps; step++)
                race.Step();
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            var after = simulator.Counters();
            Assert.Equal((before.Waits, before.Allocations, before.PinnedAllocations, before.Frees, before.LibraryHandles),
                (after.Waits, after.Allocations, after.PinnedAllocations, after.Frees, after.LibraryHandles));
            // The network's work is one graph; the images' normalisation and the optimiser's step are a launch each.
            Assert.Equal((before.GraphLaunches + steps, before.Launches + (2 * steps)), (after.GraphLaunches, after.Launches));
        }
        Assert.Equal(0, allocated);
    }
}
