using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Recorded work computes what its action computes, and may hold nothing that only one run can do. The same rules hold on every device.</summary>
public sealed class RecordedWorkTests : OperatorTests
{
    private const int Count = 1003;

    [DeviceTheory]
    public void EachRunSeesWhatTheTensorsHoldThen(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(Count)), y = Zeros(new Shape(Count));
        using var work = Device.Record(() => Doubled(x, y));
        for (var run = 0; run < 4; run++)
        {
            var values = Reference.Random(Count, run);
            x.Upload<float>(values);
            work.Run();
            Assert.Equal(values.Select(value => 2 * Math.Max(value, 0)), y.ToArray<float>());
        }
    }

    [DeviceTheory]
    public void EachRunCountsOnce(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(Count), Enumerable.Repeat(1f, Count).ToArray()), sum = Zeros(new Shape(Count));
        using var work = Device.Record(() => Operators.AddScaled(1, x, 1, sum));
        for (var run = 1; run <= 3; run++)
        {
            work.Run();
            Assert.All(sum.ToArray<float>(), value => Assert.Equal(run, value));
        }
        work.Forget();
        work.Run();
        Assert.All(sum.ToArray<float>(), value => Assert.Equal(4, value));
    }

    [DeviceTheory]
    public void WorksShareScratchMemory(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(Count), Reference.Random(Count, 1)), y = Zeros(new Shape(Count)), z = Zeros(new Shape(Count));
        var rented = Device.Arena.RentedByteCount;
        var addresses = new List<nint>();
        using var first = Device.Record(() => Scratch(y));
        using var second = Device.Record(() => Scratch(z));
        for (var run = 0; run < 3; run++)
        {
            first.Run();
            second.Run();
        }
        var expected = x.ToArray<float>().Select(value => 2 * Math.Max(value, 0)).ToArray();
        Assert.Equal(expected, y.ToArray<float>());
        Assert.Equal(expected, z.ToArray<float>());
        Assert.Single(addresses.Distinct());
        Assert.Equal(rented, Device.Arena.RentedByteCount);
        Assert.Equal(rented, Device.Memory.RentedByteCount);
        // Work that is not recorded has other memory: a replay cannot write over it.
        var outside = Device.Rent(new Shape(Count));
        Assert.DoesNotContain(outside.Address, addresses);
        Device.Return(outside);

        void Scratch(Tensor target)
        {
            Doubled(x, target);
            var probe = Device.Rent(new Shape(Count));
            addresses.Add(probe.Address);
            Device.Return(probe);
        }
    }

    [DeviceTheory]
    public void WhatLastsIsNoScratch(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(4));
        var kept = Tensor.None;
        var before = Device.Arena.RentedByteCount;
        using var work = Device.Record(() =>
        {
            if (kept.IsNone)
                kept = Device.Rent(new Shape(4), purpose: MemoryPurpose.Parameters);
            Operators.Copy(x, kept);
        });
        work.Run();
        Assert.Equal(before + 64, Device.Arena.RentedByteCount);
        x.Upload<float>([1, 2, 3, 4]);
        work.Run();
        Assert.Equal([1, 2, 3, 4], kept.ToArray<float>());
        Device.Return(kept);
    }

    [DeviceTheory]
    public void WhatIsLeftRentedIsNamed(DeviceName on)
    {
        Open(on);
        using var work = Device.Record(() => Device.Rent(new Shape(3, 5), ElementType.Int64));
        Assert.Equal($"RecordedWork.Run: 'WhatIsLeftRentedIsNamed' has left rented, expected to be returned before its end: Int64 [3, 5] on {on}",
            Assert.Throws<OperatorException>(work.Run).Message);
        Assert.Equal(0, Device.Memory.Scratch.RentedByteCount);
    }

    [DeviceTheory]
    public void AnActionThatFailsLeavesTheDeviceAsItWas(DeviceName on)
    {
        Open(on);
        Tensor kept = default;
        using var work = Device.Record(() =>
        {
            Device.Rent(new Shape(5));
            kept = Device.Rent(new Shape(7));
            throw new InvalidOperationException("enough");
        });
        Assert.Equal("enough", Assert.Throws<InvalidOperationException>(work.Run).Message);
        // Whoever cleans up after a failure returns what it holds and forgets no more than the action did.
        Device.Return(kept);
        EachRunCountsOnce(on);
        Assert.Equal(0, Device.Memory.Scratch.RentedByteCount);
    }

    [DeviceTheory]
    public void WhatOneRunAloneCanDoIsRefused(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(4));
        var slot = new OptimizerSlot(Zeros(new Shape(4)), Zeros(new Shape(4)), Zeros(new Shape(4)), Zeros(new Shape(4)), 0.1f, 0);
        using var other = Device.Record(() => Operators.Relu(x, x), "other");
        using var ring = new UploadRing(Device);
        var values = new float[4];
        Refused("Upload", () => x.Upload<float>(values));
        Refused("Download", () => x.Download<float>(values));
        Refused("Device.Synchronize", Device.Synchronize);
        Refused("UploadRing.Begin", () => ring.Begin(1));
        Refused("RecordedWork.Run", other.Run);
        Refused("Adam", () => Operators.Adam([slot], new AdamStep(1)));
        Refused("Sgd", () => Operators.Sgd([slot], new SgdStep(true, 0.9f)));
        Refused("GradientNorm", () => Operators.GradientNorm([slot.Gradient], x.Slice(0, 1)));
        Refused("ClipGradients", () => Operators.ClipGradients([slot.Gradient], x.Slice(0, 1), 1));

        void Refused(string what, Action action)
        {
            using var work = Device.Record(action, "step");
            Assert.StartsWith($"{what}: called inside the recorded work 'step', expected before or after it", Assert.Throws<OperatorException>(work.Run).Message, StringComparison.Ordinal);
        }
    }

    [DeviceTheory]
    public void ARunAllocatesNothing(DeviceName on)
    {
        Open(on);
        Tensor x = Zeros(new Shape(Count)), y = Zeros(new Shape(Count));
        using var work = Device.Record(() => Doubled(x, y));
        AllocatesNothing(work.Run);
    }

    [DeviceTheory]
    public void WorkThatIsDisposedDoesNotRun(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(4));
        var work = Device.Record(() => Operators.Relu(x, x));
        work.Run();
        work.Dispose();
        work.Dispose();
        Assert.Throws<ObjectDisposedException>(work.Run);
    }

    [DeviceTheory]
    public void ThreadsTakeTurns(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(Count), Reference.Random(Count, 1)), y = Zeros(new Shape(Count)), sum = Zeros(new Shape(Count));
        using var work = Device.Record(() => Doubled(x, y));
        using var adds = Device.Record(() => Operators.AddScaled(1, x, 1, sum));
        var failures = 0;
        var threads = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (var round = 0; round < 20; round++)
            {
                if (t == 0 && round % 5 == 0)
                    work.Forget();
                (t % 2 == 0 ? work : adds).Run();
                // What is not recorded goes its own way meanwhile, a recording of another thread included.
                var own = Device.Rent<float>(new Shape(3), [t, round, -1]);
                Operators.Relu(own, own);
                if (!own.ToArray<float>().AsSpan().SequenceEqual([t, round, 0]))
                    Interlocked.Increment(ref failures);
                Device.Return(own);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, failures);
        var values = x.ToArray<float>();
        Assert.Equal(values.Select(value => 2 * Math.Max(value, 0)), y.ToArray<float>());
        Reference.Close(values.Select(value => 40.0 * value).ToArray(), sum.ToArray<float>());
    }

    /// <summary>Two times the positive part, by way of scratch memory.</summary>
    private void Doubled(Tensor x, Tensor y)
    {
        var half = Device.Rent(x.Shape);
        Operators.Relu(x, half);
        Operators.Copy(half, y);
        Operators.AddScaled(1, half, 1, y);
        Device.Return(half);
    }
}
