using Retrieval.Host.Backends.Cuda;
using Retrieval.Host.Interop.Cuda;
using Xunit;
using static Retrieval.Host.Interop.Cuda.CudaDriver;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Who keeps whom alive among the native objects.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class CudaHandleTests : IDisposable
{
    private readonly Simulator _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Fact]
    public void AChildKeepsItsContextAlive()
    {
        var context = new CudaContext(Simulator.Second, CudaRuntime.Start());
        context.Enter();
        var stream = context.CreateStream();
        var memory = context.AllocatePinned(100, PinnedMemoryUse.Transfers);
        context.Dispose();
        Assert.Equal(CudaResult.Success, cuStreamSynchronize(stream));
        memory.Dispose();
        Assert.Equal(CudaResult.Success, cuStreamSynchronize(stream));
        stream.Dispose();
        stream.Dispose();
        // Nobody holds the context any more: it is gone, and was current.
        Assert.NotEqual(CudaResult.Success, cuMemGetInfo_v2(out _, out _));
    }

    [Fact]
    public void WhatWasNotMadeIsInvalidAndReleasesNothing()
    {
        using var context = new CudaContext(Simulator.Second, CudaRuntime.Start());
        context.Enter();
        Assert.NotEqual(CudaResult.Success, cuStreamCreate(out var stream, 0x1000));
        Assert.True(stream.IsInvalid);
        stream.Dispose();
    }

    [Fact]
    public void DevicesAreKeptApart()
    {
        using var first = Retrieval.Host.Device.Open(new("cuda", 0), 1);
        using var second = Retrieval.Host.Device.Open(Simulator.Second, 1);
        var x = second.Rent<float>(new(3), [-1, 2, -3]);
        var y = first.Rent<float>(new(3), [4, -5, 6]);
        second.Operators.Relu(x, x);
        first.Operators.Relu(y, y);
        Assert.Equal([0, 2, 0], x.ToArray<float>());
        Assert.Equal([4, 0, 6], y.ToArray<float>());
        Assert.Equal("Relu: x is on cuda:1, expected cuda:0: copy it there first",
            Assert.Throws<Retrieval.Host.OperatorException>(() => first.Operators.Relu(x, x)).Message);
    }
}
