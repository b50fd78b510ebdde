using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Rented memory, on every device. Each test has a device of its own, whose arena begins empty.</summary>
public sealed class ArenaTests : IDisposable
{
    private Device? _device;

    private Device Device => _device!;

    private Arena Arena => Device.Arena;

    public void Dispose() => _device?.Dispose();

    [DeviceTheory]
    public void TheSameSequenceMeetsTheSameAddresses(DeviceName on)
    {
        Open(on);
        nint[] Step()
        {
            var tensors = Enumerable.Range(1, 40).Select(i => Rent(i * 37 % 11 * 1000)).ToList();
            var addresses = tensors.Select(tensor => tensor.Address).ToArray();
            foreach (var tensor in tensors.Where((_, i) => i % 3 != 0).Concat(tensors.Where((_, i) => i % 3 == 0)))
                Arena.Return(tensor);
            return addresses;
        }
        var first = Step();
        var reserved = Arena.ReservedByteCount;
        Assert.Equal(first, Step());
        Assert.Equal(first, Step());
        Assert.Equal(reserved, Arena.ReservedByteCount);
        Assert.Equal(0, Arena.RentedByteCount);
    }

    [DeviceTheory]
    public void PiecesAreAlignedAndApart(DeviceName on)
    {
        Open(on);
        var tensors = Enumerable.Range(0, 50).Select(Rent).OrderBy(tensor => tensor.Address).ToArray();
        Assert.All(tensors, tensor => Assert.Equal(0, tensor.Address % 64));
        for (var i = 1; i < tensors.Length; i++)
            Assert.True(tensors[i - 1].Address + tensors[i - 1].ByteCount <= tensors[i].Address);
        Assert.Equal(tensors.Length, tensors.Select(tensor => tensor.Address).Distinct().Count());
    }

    [DeviceTheory]
    public void NeighboursGrowTogether(DeviceName on)
    {
        Open(on);
        // Three pieces fill a chunk; given back in any order they make room for the whole chunk again.
        const int third = 64 << 20 >> 2;
        foreach (var order in new int[][] { [0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1] })
        {
            Tensor[] pieces = [Rent(third / 4), Rent(third / 4), Rent(third / 2)];
            foreach (var i in order)
                Arena.Return(pieces[i]);
            var whole = Rent(third);
            Assert.Equal(pieces[0].Address, whole.Address);
            Arena.Return(whole);
        }
        Assert.Equal(64L << 20, Arena.ReservedByteCount);
    }

    [DeviceTheory]
    public void ARequestTakesTheSmallestPieceThatFits(DeviceName on)
    {
        Open(on);
        Tensor large = Rent(5000), wall = Rent(1), small = Rent(1000), end = Rent(1);
        Arena.Return(large);
        Arena.Return(small);
        Assert.Equal(small.Address, Rent(900).Address);
        Assert.Equal(large.Address, Rent(2000).Address);
        Arena.Return(wall);
        Arena.Return(end);
    }

    [DeviceTheory]
    public void AChunkIsMadeLargeEnough(DeviceName on)
    {
        Open(on);
        var tensor = Rent((64 << 20 >> 2) + 1);
        Assert.Equal(128L << 20, Arena.ReservedByteCount);
        Arena.Return(tensor);
    }

    [DeviceTheory]
    public void ReturningTwiceIsRefused(DeviceName on)
    {
        Open(on);
        Tensor tensor = Rent(10), other = Rent(10);
        Arena.Return(tensor);
        Assert.Equal($"Arena.Return: Float32 [10] on {on} is not rented from this arena", Assert.Throws<OperatorException>(() => Arena.Return(tensor)).Message);
        Assert.Throws<OperatorException>(() => Arena.Return(other.Slice(5, 2)));
        Arena.Return(other);
    }

    [DeviceTheory]
    public void BytesAreCountedByPurpose(DeviceName on)
    {
        Open(on);
        var activations = Arena.Rent(new Shape(3), ElementType.Float32, MemoryPurpose.Activations);
        var parameters = Arena.Rent(new Shape(100), ElementType.UInt8, MemoryPurpose.Parameters);
        Assert.Equal(64, Arena.Current(MemoryPurpose.Activations));
        Assert.Equal(128, Arena.Current(MemoryPurpose.Parameters));
        Assert.Equal(192, Arena.RentedByteCount);
        Arena.Return(activations);
        Arena.Return(parameters);
        var workspace = Arena.Rent(new Shape(0), ElementType.Int64, MemoryPurpose.Workspace);
        Assert.Equal(0, Arena.Current(MemoryPurpose.Activations));
        Assert.Equal(64, Arena.Peak(MemoryPurpose.Activations));
        Assert.Equal(128, Arena.Peak(MemoryPurpose.Parameters));
        Assert.Equal(64, Arena.Peak(MemoryPurpose.Workspace));
        Assert.Equal(0, Arena.Peak(MemoryPurpose.Gradients));
        Assert.Equal((64, 192), (Arena.RentedByteCount, Arena.PeakByteCount));
        Arena.Return(workspace);
    }

    [DeviceTheory]
    public void ThreadsShareIt(DeviceName on)
    {
        Open(on);
        var failures = 0;
        var threads = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            var random = new Random(t);
            for (var round = 0; round < 500; round++)
            {
                var values = Enumerable.Repeat((float)t, random.Next(1, 3000)).ToArray();
                var tensor = Device.Rent<float>(new Shape(values.Length), values);
                if (!tensor.ToArray<float>().AsSpan().SequenceEqual(values))
                    Interlocked.Increment(ref failures);
                Arena.Return(tensor);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal((0, 0L), (failures, Arena.RentedByteCount));
    }

    [DeviceTheory]
    public void NothingIsRentedFromAClosedDevice(DeviceName on)
    {
        Open(on);
        Device.Dispose();
        Device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Device.Rent(new Shape(1)));
    }

    private void Open(DeviceName on)
    {
        TestDevices.Require(on);
        _device = Retrieval.Host.Device.Open(on, threads: 1);
    }

    private Tensor Rent(int count) => Device.Rent(new Shape(count));
}
