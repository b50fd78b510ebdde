using Retrieval.Host;
using Retrieval.Host.Interop.Cuda;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>A step in the steady state: a batch goes up, recorded work runs, the optimiser steps, and nothing waits or takes memory.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class CudaSteadyStateTests : IDisposable
{
    private const int Images = 2, Size = 8, ByteCount = Images * Size * Size * 3;

    /// <summary>Until every staging buffer for small uploads has had its first turn.</summary>
    private const int Warm = 8;

    private readonly Simulator _simulator = new();
    private readonly Device _device = Device.Open(Simulator.Second, 1);
    private readonly ImageSource[] _sources = [new(0, Size, Size), new(ByteCount / 2, Size, Size)];
    private readonly float[] _mean = [0, 0, 0], _std = [1, 1, 1];

    public void Dispose()
    {
        _device.Dispose();
        _simulator.Dispose();
    }

    [Fact]
    public void NothingWaitsAndNothingIsTaken()
    {
        const int steps = 12;
        var images = _device.Rent(new Shape(Images, Size, Size, 3));
        var weights = Zeros(new Shape(Images, 3));
        OptimizerSlot[] slots = [new(weights, Zeros(weights.Shape), Zeros(weights.Shape), Tensor.None, 0.1f, 0)];
        var sums = Zeros(weights.Shape);
        using var ring = new UploadRing(_device);
        using var work = _device.Record(() =>
        {
            var half = _device.Rent(images.Shape);
            _device.Operators.Relu(images, half);
            _device.Operators.SpocPool(half, slots[0].Gradient);
            _device.Operators.AddScaled(1, slots[0].Gradient, 1, sums);
            _device.Return(half);
        });
        for (var warm = 0; warm < Warm; warm++)
            Step();
        var (before, allocated) = (_simulator.Counters(), GC.GetAllocatedBytesForCurrentThread());
        for (var step = 0; step < steps; step++)
            Step();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var after = _simulator.Counters();
        Assert.Equal(before.Waits, after.Waits);
        Assert.Equal((before.Allocations, before.PinnedAllocations, before.Frees), (after.Allocations, after.PinnedAllocations, after.Frees));
        Assert.Equal(before.LibraryHandles, after.LibraryHandles);
        Assert.Equal(before.GraphLaunches + steps, after.GraphLaunches);
        Assert.Equal(0, allocated);
        // Byte 255 is 1 after normalisation.
        Assert.All(sums.ToArray<float>(), value => Assert.Equal(steps + Warm, value, 1e-4f));

        void Step()
        {
            ring.Begin(ByteCount).Fill(255);
            // What is shown changes from batch to batch, and their table with them.
            _sources[1] = _sources[1] with { Flip = !_sources[1].Flip };
            _device.Operators.PrepareImages(ring.Send(), _sources, _mean, _std, images);
            work.Run();
            slots[0] = slots[0] with { Rate = slots[0].Rate * 0.9f };
            _device.Operators.Sgd(slots, new SgdStep(false, 0.9f));
        }
    }

    [Fact]
    public void AGraphLivesUntilWhatIsQueuedOfItHasRun()
    {
        var x = _device.Rent<float>(new Shape(4), [0, 0, 0, 0]);
        var one = _device.Rent<float>(new Shape(4), [1, 1, 1, 1]);
        var work = _device.Record(() => _device.Operators.AddScaled(1, one, 1, x));
        for (var run = 0; run < 3; run++)
            work.Run();
        work.Dispose();
        Assert.Equal([3, 3, 3, 3], x.ToArray<float>());
        // A device that is closed takes its recordings along; to forget them afterwards is harmless.
        var late = _device.Record(() => _device.Operators.AddScaled(1, one, 1, x));
        late.Run();
        late.Run();
        _device.Dispose();
        late.Dispose();
    }

    [Fact]
    public void AFailureBetweenIsToldByTheUpload()
    {
        const int illegalAddress = 700;
        var target = _device.Rent(new Shape(4));
        using var ring = new UploadRing(_device);
        var failure = Assert.Throws<CudaException>(() =>
        {
            for (var round = 0; round < 4; round++)
            {
                ring.Begin(16).Clear();
                var sent = ring.Send();
                if (round == 1)
                    _simulator.FailNextGrid(illegalAddress);
                _device.Operators.Relu(new Tensor(_device, sent.Address, new Shape(4), ElementType.Float32), target);
            }
            _device.Synchronize();
        });
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", failure.Message, StringComparison.Ordinal);
    }

    private Tensor Zeros(Shape shape) => _device.Rent<float>(shape, new float[shape.Count]);
}
