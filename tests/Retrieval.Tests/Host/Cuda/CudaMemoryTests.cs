using Retrieval.Host;
using Retrieval.Host.Interop.Cuda;
using Retrieval.Tests.Index;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>What happens when a device's memory ends: what is free is given back first, and only then is it an error.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class CudaMemoryTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    private readonly Simulator _simulator = new();
    private readonly Device _device;

    public CudaMemoryTests()
    {
        _simulator.SetTotalMemory((nuint)256 << 20);
        _device = Device.Open(Simulator.Second, 1);
    }

    public void Dispose()
    {
        _device.Dispose();
        _simulator.Dispose();
    }

    [Fact]
    public void FreeChunksGoBackBeforeMemoryEnds()
    {
        Tensor kept = Rent(10), freed = Rent(100);
        _device.Return(freed);
        Assert.Equal(192L * Mebibyte, _device.Memory.ReservedByteCount);
        var large = Rent(190);
        Assert.Equal(256L * Mebibyte, _device.Memory.ReservedByteCount);
        Assert.Equal(200L * Mebibyte, _device.Memory.RentedByteCount);
        _device.Return(kept);
        _device.Return(large);
    }

    [Fact]
    public void RecordedWorkGivesItsScratchMemoryUpAndRecordsAgain()
    {
        var x = _device.Rent<float>(new Shape(3), [-1, 2, -3]);
        var y = _device.Rent(new Shape(3));
        using var work = _device.Record(() =>
        {
            var half = Rent(60);
            _device.Operators.Relu(x, y);
            _device.Return(half);
        });
        for (var run = 0; run < 3; run++)
            work.Run();
        Assert.Equal(64L * Mebibyte, _device.Memory.Scratch.ReservedByteCount);
        var large = Rent(180);
        Assert.Equal(0, _device.Memory.Scratch.ReservedByteCount);
        // Too little is left for the work, until the large piece is returned.
        Assert.Contains("is out of memory: 64 MiB for Activations were requested", Assert.Throws<DeviceException>(work.Run).Message, StringComparison.Ordinal);
        _device.Return(large);
        for (var run = 0; run < 3; run++)
        {
            x.Upload<float>([run, -1, 1]);
            work.Run();
            Assert.Equal([run, 0, 1], y.ToArray<float>());
        }
    }

    [Fact]
    public void ARecordingMayNeedMoreThanTheRunBeforeIt()
    {
        var x = _device.Rent<float>(new Shape(3), [-1, 2, -3]);
        var size = 10;
        using var work = _device.Record(() =>
        {
            var scratch = Rent(size);
            _device.Operators.Relu(x, x);
            _device.Return(scratch);
        });
        work.Run();
        size = 70;
        work.Run();
        Assert.Equal(192L * Mebibyte, _device.Memory.Scratch.ReservedByteCount);
        Assert.Equal([0, 2, 0], x.ToArray<float>());
    }

    [Fact]
    public void TheMessageTellsWhatTakesTheMemory()
    {
        Tensor activations = Rent(100), parameters = _device.Rent(new Shape(20 * Mebibyte), ElementType.UInt8, MemoryPurpose.Parameters);
        var problem = Assert.Throws<DeviceException>(() => Rent(130)).Message;
        Assert.StartsWith("cuda:1 (", problem, StringComparison.Ordinal);
        Assert.EndsWith("is out of memory: 192 MiB for Activations were requested; 120 MiB are rented (Activations 100, Parameters 20), 128 MiB reserved of 256 MiB, 128 MiB are free: "
            + "use smaller batches or images, --precision bf16, or a device with more memory", problem, StringComparison.Ordinal);
        _device.Return(activations);
        _device.Return(parameters);
    }

    [Fact]
    public void TheMessageTellsWhatOtherProgramsTake()
    {
        _simulator.SetTotalMemory((nuint)3 << 30);
        using var device = Device.Open(Simulator.Second, 1);
        Assert.Equal(CudaResult.Success, CudaDriver.cuMemAlloc_v2(out var others, (nuint)2 << 30));
        Assert.Contains("1024 MiB are free, 2048 MiB belong to other programs: use",
            Assert.Throws<DeviceException>(() => device.Rent(new Shape(1100 * Mebibyte), ElementType.UInt8)).Message, StringComparison.Ordinal);
        others.Dispose();
    }

    [Fact]
    public void MemoryIsReportedByPurpose()
    {
        var parameters = _device.Rent(new Shape(100), purpose: MemoryPurpose.Parameters);
        using var work = _device.Record(() => _device.Return(_device.Rent(new Shape(1000), purpose: MemoryPurpose.Gradients)));
        work.Run();
        var uses = _device.Memory.Uses.ToDictionary(use => use.Purpose);
        Assert.Equal(new MemoryUse(MemoryPurpose.Parameters, 448, 448), uses[MemoryPurpose.Parameters]);
        Assert.Equal(new MemoryUse(MemoryPurpose.Gradients, 0, 4032), uses[MemoryPurpose.Gradients]);
        Assert.Equal((448, 4480), (_device.Memory.RentedByteCount, _device.Memory.PeakByteCount));
        _device.Return(parameters);
    }

    /// <summary>An engine whose workspace finds no memory is not measured, and the convolution is done by another; a later process chooses anew.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PlansAreChosenAmongThoseThatFit(bool accumulate)
    {
        using var folder = new TemporaryFolder();
        using var variables = new Variables();
        variables.Set("RETRIEVAL_CACHE", folder.Root);
        using var device = Device.Open(Simulator.Second, 1);
        Shape map = new(1, 64, 64, 8), weights = new(8, 3, 3, 8);
        Tensor x = device.Rent<float>(map, Reference.Random(map.Count, 1)), dy = device.Rent<float>(map, Reference.Random(map.Count, 2)), dw = device.Rent(weights);
        var window = ConvolutionGeometry.Square(3, 1, 1);
        device.Operators.Fill(dw, 1);
        var taken = TakeAll(device);
        var calls = _simulator.Counters().LibraryCalls;
        device.Operators.ConvolutionWeightGradient(x, dy, window, dw, accumulate);
        // More than one engine was left to measure, or, where there is no scratch memory either, none.
        Assert.Equal(accumulate, _simulator.Counters().LibraryCalls - calls == 1);
        Assert.Empty(Directory.EnumerateFiles(folder.Root));
        taken.ForEach(device.Return);

        using var cpu = Device.OpenCpu(1);
        var expected = cpu.Rent(weights);
        cpu.Operators.Fill(expected, 1);
        cpu.Operators.ConvolutionWeightGradient(cpu.Rent<float>(map, x.ToArray<float>()), cpu.Rent<float>(map, dy.ToArray<float>()), window, expected, accumulate);
        Assert.Equal(expected.ToArray<float>(), dw.ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-3);
    }

    /// <summary>Rents until nothing is left, the largest pieces first.</summary>
    private static List<Tensor> TakeAll(Device device)
    {
        var taken = new List<Tensor>();
        for (var size = 64 * Mebibyte; size >= 64; size /= 2)
            while (device.Memory.RentIfPossible(new Shape(size), ElementType.UInt8, MemoryPurpose.Workspace) is { IsNone: false } piece)
                taken.Add(piece);
        return taken;
    }

    private Tensor Rent(int mebibytes) => _device.Rent(new Shape(mebibytes * Mebibyte), ElementType.UInt8);
}
