using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>What is filled in comes to the device, and stays there for the work that was promised it.</summary>
public sealed class UploadRingTests : OperatorTests
{
    [DeviceTheory]
    public void BytesArriveWhateverTheirNumber(DeviceName on)
    {
        Open(on);
        using var ring = new UploadRing(Device);
        foreach (var count in new[] { 0, 1, 33, 100_000, 5, 0, 300_000, 299_999, 7_000_001 })
        {
            var values = new byte[count];
            new Random(count).NextBytes(values);
            values.CopyTo(ring.Begin(count));
            var sent = ring.Send();
            Assert.Equal((ElementType.UInt8, new Shape(count)), (sent.Type, sent.Shape));
            Assert.Equal(values, sent.ToArray<byte>());
        }
    }

    [DeviceTheory]
    public void WorkQueuedInTimeReadsItsOwnBatch(DeviceName on)
    {
        Open(on);
        const int rounds = 9, count = 1000;
        foreach (var depth in new[] { 2, 3 })
        {
            using var ring = new UploadRing(Device, depth);
            var results = Enumerable.Range(0, rounds).Select(_ => Device.Rent(new Shape(count), ElementType.UInt8)).ToArray();
            var sent = new Queue<Tensor>();
            // As many batches are sent ahead of their work as the ring allows.
            for (var round = 0; round < rounds + depth - 2; round++)
            {
                if (round < rounds)
                {
                    ring.Begin(count).Fill((byte)(round + 1));
                    sent.Enqueue(ring.Send());
                }
                if (round >= depth - 2)
                    Operators.Copy(Floats(sent.Dequeue()), Floats(results[round - (depth - 2)]));
            }
            for (var round = 0; round < rounds; round++)
                Assert.All(results[round].ToArray<byte>(), value => Assert.Equal(round + 1, value));
        }
    }

    [DeviceTheory]
    public void NothingIsSentTwice(DeviceName on)
    {
        Open(on);
        using var ring = new UploadRing(Device);
        Assert.Throws<InvalidOperationException>(() => ring.Send());
        ring.Begin(3);
        ring.Send();
        Assert.Throws<InvalidOperationException>(() => ring.Send());
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Begin(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UploadRing(Device, 1));
    }

    [DeviceTheory]
    public void BuffersAreGivenBack(DeviceName on)
    {
        Open(on);
        var before = Device.Memory.RentedByteCount;
        var ring = new UploadRing(Device);
        for (var round = 0; round < 5; round++)
        {
            ring.Begin(1000 * round).Clear();
            ring.Send();
        }
        Assert.NotEqual(before, Device.Memory.RentedByteCount);
        ring.Dispose();
        ring.Dispose();
        Assert.Equal(before, Device.Memory.RentedByteCount);
    }

    [DeviceTheory]
    public void TheSteadyStateAllocatesNothing(DeviceName on)
    {
        Open(on);
        using var ring = new UploadRing(Device);
        var target = Device.Rent(new Shape(250));
        AllocatesNothing(() =>
        {
            ring.Begin(1000).Fill(1);
            Operators.Relu(Floats(ring.Send()), target);
        });
    }

    /// <summary>Bytes seen as floats, since operators move those.</summary>
    private static Tensor Floats(Tensor bytes) => new(bytes.Device, bytes.Address, new Shape((int)(bytes.Count / sizeof(float))), ElementType.Float32);
}
