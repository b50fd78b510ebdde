using Retrieval.Host;
using Retrieval.Host.Backends.Cuda;
using Retrieval.Host.Interop.Cuda;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Recorded work computes what it would have computed, as often as it is replayed.</summary>
[Trait("device", "cuda")]
public sealed class CudaGraphTests : OperatorTests
{
    private const int Count = 1003;

    private readonly Tensor _x, _y, _dx;

    public CudaGraphTests()
    {
        Open(TestDevices.Cuda);
        (_x, _y, _dx) = (Zeros(new Shape(Count)), Zeros(new Shape(Count)), Zeros(new Shape(Count)));
    }

    private CudaBackend Backend => (CudaBackend)Device.Backend;

    [Fact]
    public void ReplaysWithWhatTheTensorsHoldThen()
    {
        Work();
        using var graph = Backend.Record("work", Work)!;
        foreach (var seed in new[] { 1, 2, 3 })
        {
            var x = Reference.Random(Count, seed);
            _x.Upload<float>(x);
            graph.Replay();
            Assert.Equal(x.Select(value => value > 0 ? value : 0), _dx.ToArray<float>());
        }
    }

    [Fact]
    public void RecordingRunsNothing()
    {
        _x.Upload<float>(Enumerable.Repeat(1f, Count).ToArray());
        _y.Upload<float>(Enumerable.Repeat(7f, Count).ToArray());
        Operators.Relu(_x, _dx);
        using (Backend.Record("work", () => Operators.Relu(_x, _y)))
            Assert.All(_y.ToArray<float>(), value => Assert.Equal(7, value));
    }

    [Fact]
    public void AReplayAllocatesNothing()
    {
        Work();
        using var graph = Backend.Record("work", Work)!;
        AllocatesNothing(graph.Replay);
    }

    [Fact]
    public void WhatIsNoPartOfAGraphIsRefused()
    {
        Work();
        var values = new float[Count];
        Refused("an upload", () => _x.Upload<float>(values));
        Refused("a download", () => _x.Download(values.AsSpan()));
        Refused("waiting", Device.Synchronize);
        Refused("recording another", () => Backend.Record("another", Work));
        ReplaysWithWhatTheTensorsHoldThen();
    }

    [Fact]
    public void WorkThatFailsLeavesTheDeviceAsItWas()
    {
        Assert.Equal("enough", Assert.Throws<InvalidOperationException>(() => Backend.Record("work", () => throw new InvalidOperationException("enough"))).Message);
        ReplaysWithWhatTheTensorsHoldThen();
    }

    [Fact]
    public void KernelsAreLoadedBeforeTheyAreRecorded()
    {
        using var fresh = Device.Open(TestDevices.Cuda, 1);
        var x = fresh.Rent<float>(new Shape(4), [1, -1, 2, -2]);
        var backend = (CudaBackend)fresh.Backend;
        Assert.Contains("relu.ptx", Assert.Throws<CudaException>(() => backend.Record("work", () => fresh.Operators.Relu(x, x))).Message, StringComparison.Ordinal);
        fresh.Operators.Relu(x, x);
        using var graph = backend.Record("work", () => fresh.Operators.Relu(x, x))!;
        graph.Replay();
        Assert.Equal([1, 0, 2, 0], x.ToArray<float>());
    }

    private void Work()
    {
        Operators.Relu(_x, _y);
        Operators.ReluBackward(_y, _y, _dx);
    }

    private void Refused(string what, Action work) =>
        Assert.StartsWith($"cuda:0: {what} is no part of a graph", Assert.Throws<InvalidOperationException>(() => Backend.Record("work", work)).Message, StringComparison.Ordinal);
}
