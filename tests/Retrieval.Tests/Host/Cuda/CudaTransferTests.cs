using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Bytes go up and come down whole, in the order in which they were sent among the kernels.</summary>
[Trait("device", "cuda")]
public sealed class CudaTransferTests : OperatorTests
{
    private const int Small = 64 << 10, Piece = 4 << 20;

    public CudaTransferTests() => Open(TestDevices.Cuda);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(Small - 1)]
    [InlineData(Small)]
    [InlineData(Small + 1)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData((2 * Piece) + 5)]
    [InlineData((5 * Piece) - 3)]
    public void BytesComeBack(int count)
    {
        var values = new byte[count];
        new Random(count).NextBytes(values);
        var tensor = Device.Rent<byte>(new Shape(count), values);
        // What the caller does with its memory from here on is its own affair.
        var expected = values.ToArray();
        Array.Clear(values);
        Assert.Equal(expected, tensor.ToArray<byte>());
        Device.Return(tensor);
    }

    [Fact]
    public void PartsOfATensorAreWrittenWhereTheyLie()
    {
        const int count = 1_000_003;
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        var tensor = Device.Rent<byte>(new Shape(count), bytes);
        var part = new byte[Small * 3];
        tensor.Slice(77, part.Length).Upload<byte>(part);
        part.CopyTo(bytes, 77);
        Assert.Equal(bytes, tensor.ToArray<byte>());
        Assert.Equal(bytes[70..300_000], tensor.Slice(70, 300_000 - 70).ToArray<byte>());
    }

    [Unwatched]
    [Theory]
    [InlineData(100)]
    [InlineData(3 * Piece / sizeof(float))]
    public void UploadsKeepTheirPlaceAmongKernels(int count)
    {
        var x = Device.Rent(new Shape(count));
        var results = Enumerable.Range(0, 4).Select(_ => Device.Rent(new Shape(count))).ToArray();
        for (var round = 0; round < results.Length; round++)
        {
            // The next round writes over x while this one's kernel may still wait for its turn.
            x.Upload<float>(Enumerable.Repeat(round + 1f, count).ToArray());
            Operators.Relu(x, results[round]);
        }
        for (var round = 0; round < results.Length; round++)
            Assert.All(results[round].ToArray<float>().Distinct(), value => Assert.Equal(round + 1f, value));
    }

    [Unwatched]
    [Fact]
    public void ThreadsMayAllTransferAtOnce()
    {
        var failures = 0;
        var threads = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            var values = Enumerable.Repeat((float)t + 1, (Piece / sizeof(float)) + (1000 * t)).ToArray();
            for (var round = 0; round < 5; round++)
            {
                var tensor = Device.Rent<float>(new Shape(values.Length), values);
                Operators.Relu(tensor, tensor);
                if (!tensor.ToArray<float>().AsSpan().SequenceEqual(values))
                    Interlocked.Increment(ref failures);
                Device.Return(tensor);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, failures);
    }

    [Fact]
    public unsafe void HostMemoryIsSeenThroughACopy()
    {
        var values = Enumerable.Range(0, 100_000).Select(i => (float)i).ToArray();
        fixed (float* address = values)
        {
            var before = Device.Arena.RentedByteCount;
            using (var view = Device.View((nint)address, new Shape(100, 1000)))
                Assert.Equal(values, view.Tensor.ToArray<float>());
            Assert.Equal(before, Device.Arena.RentedByteCount);
        }
    }

    [Unwatched]
    [Fact]
    public void TheSteadyStateAllocatesNothing()
    {
        var values = new float[2 * Piece / sizeof(float)];
        Tensor large = Device.Rent(new Shape(values.Length)), small = large.Slice(0, 100);
        AllocatesNothing(() =>
        {
            large.Upload<float>(values);
            small.Upload<float>(values.AsSpan(0, 100));
            Operators.Relu(large, large);
            Operators.ReluBackward(large, large, large);
            small.Download(values.AsSpan(0, 100));
            large.Download(values.AsSpan());
            Device.Synchronize();
        });
    }
}
