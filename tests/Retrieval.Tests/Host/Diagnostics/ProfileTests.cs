using System.Diagnostics;
using Retrieval.Host;
using Retrieval.Host.Diagnostics;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Diagnostics;

/// <summary>A profile sees every call once, its times add up, and nothing else changes.</summary>
public sealed class ProfileTests : OperatorTests
{
    private const int Count = 1 << 16;

    [DeviceTheory]
    public void CountsCallsByOperatorAndShape(DeviceName on)
    {
        Open(on);
        Tensor large = Zeros(new Shape(Count)), small = Zeros(new Shape(7, 3));
        using var profile = Device.StartProfile();
        for (var i = 0; i < 3; i++)
            Operators.Relu(large, large);
        Operators.Relu(small, small);
        Operators.Copy(small, small);
        small.Upload<float>(new float[21]);
        small.ToArray<float>();
        Device.Synchronize();
        var calls = profile.Finish().Calls;
        var ceilings = new Ceilings(1e9, 1e9);
        Assert.Equal([("Copy", 1), ("Download", 1), ("Relu", 4), ("Synchronize", 1), ("Upload", 1)],
            OperatorSummary.Of(calls, ceilings).Select(row => (row.Name, row.Calls)).Order());
        Assert.Equal([("Copy", "[7, 3]", 1), ("Download", "[84]", 1), ("Relu", "[65536]", 3), ("Relu", "[7, 3]", 1), ("Synchronize", "[]", 1), ("Upload", "[84]", 1)],
            OperatorSummary.Of(calls, ceilings, byShape: true).Select(row => (row.Name, row.Shapes, row.Calls)).Order()!);
        Assert.Equal(8 * ((3 * Count) + 21), OperatorSummary.Of(calls, ceilings).Single(row => row.Name == "Relu").Work.Bytes);
        Assert.Equal(CallKind.Transfer, calls.Single(call => call.Operator.Name == "Download").Operator.Kind);
        Assert.Equal(CallKind.Wait, calls.Single(call => call.Operator.Name == "Synchronize").Operator.Kind);
    }

    [DeviceTheory]
    public void TimesAddUp(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(Count));
        var outer = Stopwatch.GetTimestamp();
        using var profile = Device.StartProfile();
        var inner = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
            Operators.AddScaled(1, x, 1, x);
        Device.Synchronize();
        var innerMs = Stopwatch.GetElapsedTime(inner).TotalMilliseconds;
        var result = profile.Finish();
        Assert.InRange(result.WallMs, innerMs, Stopwatch.GetElapsedTime(outer).TotalMilliseconds);
        Assert.Equal(20, result.Calls.Count(call => call.Operator.Name == "AddScaled"));
        Assert.All(result.Calls, call => Assert.InRange(call.StartMs, 0, result.WallMs));
        Assert.InRange(result.Calls.Sum(call => call.DurationMs) + result.GapMs, result.WallMs - 1e-3, result.WallMs + 1e-3);
        Assert.InRange(result.Calls.Sum(call => call.HostDurationMs), 0, result.WallMs);
    }

    [Fact]
    public void AHostThatDalliesLeavesAGap()
    {
        var x = Zeros(new Shape(Count));
        using var profile = Device.StartProfile();
        Operators.Relu(x, x);
        Thread.Sleep(60);
        Operators.Fill(x, 1);
        var gap = profile.Finish().Gaps()[0];
        Assert.Equal(("Relu", "Fill"), (gap.After, gap.Before));
        Assert.True(gap.DurationMs >= 59, $"{gap}");
    }

    [DeviceTheory]
    public void WithoutAProfileTheDevicesOwnBackendComputes(DeviceName on)
    {
        Open(on);
        var own = Device.Backend;
        using (var profile = Device.StartProfile())
        {
            Assert.IsType<ProfilingBackend>(Device.Backend);
            Assert.Contains("already", Assert.Throws<InvalidOperationException>(() => Device.StartProfile()).Message, StringComparison.Ordinal);
            profile.Finish();
            Assert.Same(own, Device.Backend);
        }
        Device.StartProfile().Dispose();
        Assert.Same(own, Device.Backend);
        var x = Zeros(new Shape(Count));
        AllocatesNothing(() => Operators.Relu(x, x));
    }

    [DeviceTheory]
    public void ResultsAreTheSame(DeviceName on)
    {
        Open(on);
        var plain = Compute();
        using var profile = Device.StartProfile();
        Assert.Equal(plain, Compute());
        Assert.Equal(["Fill", "GemPool", "GemPoolBackward", "L2Normalize", "MatrixProduct", "TopK"],
            profile.Finish().Calls.Where(call => call.Operator.Kind == CallKind.Operator).Select(call => call.Operator.Name).Order());
    }

    [DeviceTheory]
    public void RecordedWorkAndUploadsMadeBeforeAreSeen(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(3));
        using var ring = new UploadRing(Device);
        using var work = Device.Record(() => Operators.AddScaled(1, x, 1, x), "doubling");
        x.Upload<float>([1, 2, 3]);
        for (var i = 0; i < 3; i++)
            work.Run();
        using var profile = Device.StartProfile();
        for (var i = 0; i < 4; i++)
            work.Run();
        ring.Begin(5).Clear();
        ring.Send();
        var calls = profile.Finish().Calls;
        Assert.Equal(4, calls.Count(call => call.Operator.Name == "AddScaled"));
        Assert.Equal(5, calls.Single(call => call.Operator.Kind == CallKind.Transfer).Operator.Work.Bytes);
        for (var i = 0; i < 3; i++)
            work.Run();
        Assert.Equal([1024, 2048, 3072], x.ToArray<float>());
    }

    [Fact]
    public void MemoryIsFollowedByPurpose()
    {
        using var profile = Device.StartProfile();
        var x = Device.Rent(new Shape(1024), purpose: MemoryPurpose.Gradients);
        Operators.Fill(x, 1);
        Device.Return(x);
        var y = Device.Rent(new Shape(16), purpose: MemoryPurpose.Descriptors);
        Operators.Fill(y, 1);
        var result = profile.Finish();
        Assert.Equal((4096, 64, 4096), (result.PeakByteCount(MemoryPurpose.Gradients), result.PeakByteCount(MemoryPurpose.Descriptors), result.PeakAllByteCount));
        Assert.Equal([0, 4096, 64], result.Memory.Select(sample => sample.ByteCounts.Sum()));
    }

    [Fact]
    public async Task HostThreadsTellWhatTheyDo()
    {
        using var profile = Device.StartProfile();
        await Task.Run(() =>
        {
            using var span = HostActivity.Start("rest of a test");
            Thread.Sleep(20);
        });
        var result = profile.Finish();
        var seen = Assert.Single(result.Spans, span => span.Name == "rest of a test");
        Assert.InRange(seen.DurationMs, 19, result.WallMs);
        Assert.InRange(seen.StartMs, 0, result.WallMs - seen.DurationMs + 1);
        Assert.Contains(seen.Thread, result.ThreadNames);
    }

    [DeviceTheory]
    public void CeilingsAreMeasured(DeviceName on)
    {
        Open(on);
        var (reserved, ceilings) = (Device.Arena.RentedByteCount, Ceilings.Measure(Device));
        Assert.InRange(ceilings.CopyRate, 1e6, 1e14);
        Assert.InRange(ceilings.ProductRate, 1e4, 1e16);
        Assert.Equal(reserved, Device.Arena.RentedByteCount);
    }

    [Fact]
    public void TheNearerCeilingBinds()
    {
        var ceilings = new Ceilings(CopyRate: 100, ProductRate: 1000, BFloat16Rate: 4000);
        Assert.Equal((2000, Bound.Memory), ceilings.Least(new Work(200, 100), ElementType.Float32));
        Assert.Equal((5000, Bound.Arithmetic), ceilings.Least(new Work(200, 5000), ElementType.Float32));
        Assert.Equal((2000, Bound.Memory), ceilings.Least(new Work(200, 5000), ElementType.BFloat16));
        Assert.Equal(0.5, ceilings.Share(new Work(200, 100), ElementType.Float32, 4000));
        Assert.Equal(1000, new Ceilings(100, 1000).RateOf(ElementType.BFloat16));
    }

    private float[] Compute()
    {
        var x = Device.Rent<float>(new Shape(2, 3, 3, 8), Reference.Random(144, 1));
        var p = Device.Rent<float>(new Shape(1), [3]);
        Tensor y = Device.Rent(new Shape(2, 8)), dx = Device.Rent(x.Shape), dp = Device.Rent(p.Shape), product = Device.Rent(new Shape(2, 2));
        Tensor scores = Device.Rent(new Shape(2, 2)), rows = Device.Rent(new Shape(2, 2), ElementType.Int64);
        Operators.Fill(dp, 0);
        Operators.GemPool(x, p, 1e-6f, y);
        Operators.GemPoolBackward(x, y, y, p, 1e-6f, dx, dp);
        Operators.L2Normalize(y, 0, y, Tensor.None);
        Operators.MatrixProduct(y, y, product, transposeB: true);
        Operators.TopK(y, y, Tensor.None, SearchMetric.InnerProduct, scores, rows);
        float[] results = [.. y.ToArray<float>(), .. dx.ToArray<float>(), .. dp.ToArray<float>(), .. product.ToArray<float>(), .. scores.ToArray<float>()];
        foreach (var tensor in (Tensor[])[rows, scores, product, dp, dx, y, p, x])
            Device.Return(tensor);
        return results;
    }
}
