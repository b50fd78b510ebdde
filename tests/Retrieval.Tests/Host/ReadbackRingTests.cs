using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Results come back in order, as they were when they were queued.</summary>
public sealed class ReadbackRingTests : OperatorTests
{
    [DeviceTheory]
    public void ResultsAreThoseOfTheirTime(DeviceName on)
    {
        Open(on);
        foreach (var depth in new[] { 1, 2, 3 })
        {
            using var ring = new ReadbackRing(Device, depth);
            var x = Zeros(new Shape(1000));
            var taken = 0;
            for (var round = 0; round < 7; round++)
            {
                Operators.Fill(x, round);
                if (ring.Pending == depth)
                    Expect(ring, taken++);
                ring.Queue(x);
                // The next round writes over it.
            }
            while (ring.Pending > 0)
                Expect(ring, taken++);
            Assert.Equal(7, taken);
        }

        static void Expect(ReadbackRing ring, int round)
        {
            foreach (var value in ring.Take<float>())
                Assert.Equal(round, value);
        }
    }

    [DeviceTheory]
    public void SizesAndTypesMayDiffer(DeviceName on)
    {
        Open(on);
        using var ring = new ReadbackRing(Device);
        foreach (var count in new[] { 1, 0, 100_000, 7, 300_001 })
        {
            var values = Enumerable.Range(0, count).Select(i => (long)i).ToArray();
            var x = Device.Rent<long>(new Shape(count), values);
            ring.Queue(x);
            Device.Return(x);
            Assert.Equal(values, ring.Take<long>().ToArray());
        }
    }

    [DeviceTheory]
    public void MisuseIsRefused(DeviceName on)
    {
        Open(on);
        using var ring = new ReadbackRing(Device, 1);
        var x = Zeros(new Shape(4));
        Assert.Throws<InvalidOperationException>(() => ring.Take<float>().Length);
        Assert.Throws<OperatorException>(() => ring.Queue(Tensor.None));
        ring.Queue(x);
        Assert.Throws<InvalidOperationException>(() => ring.Queue(x));
        Assert.Throws<OperatorException>(() => ring.Take<int>().Length);
        Assert.Equal(4, ring.Take<float>().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReadbackRing(Device, 0));
    }

    [DeviceTheory]
    public void TheSteadyStateAllocatesNothing(DeviceName on)
    {
        Open(on);
        using var ring = new ReadbackRing(Device);
        var x = Zeros(new Shape(1000));
        ring.Queue(x);
        AllocatesNothing(() =>
        {
            ring.Queue(x);
            ring.Take<float>();
        });
    }
}
