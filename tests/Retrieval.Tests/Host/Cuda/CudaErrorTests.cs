using Retrieval.Host;
using Retrieval.Host.Interop.Cuda;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>What is said when something is missing or goes wrong.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class CudaErrorTests : IDisposable
{
    private const int IllegalAddress = 700;

    private readonly Simulator _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Fact]
    public void ADeviceThatIsNotThere()
    {
        Assert.Equal("device: cuda:5 does not exist, expected cuda:0 to cuda:1: the driver shows 2", Problem(new DeviceName("cuda", 5)));
        _simulator.SetDeviceCount(1);
        Assert.Equal("device: cuda:1 does not exist, expected cuda:0: the driver shows 1", Problem(Simulator.Second));
        _simulator.SetDeviceCount(0);
        Assert.Contains("does not start: CUDA_ERROR_NO_DEVICE (100)", Problem(Simulator.Second), StringComparison.Ordinal);
    }

    [Fact]
    public void ADriverThatIsTooOld()
    {
        _simulator.SetDriverVersion(11080);
        Assert.EndsWith("offers CUDA 11.8, expected 12.0 or later: install a newer NVIDIA driver", Problem(Simulator.Second), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12000)]
    [InlineData(12030)]
    [InlineData(13000)]
    public void DriversThatWillDo(int version)
    {
        _simulator.SetDriverVersion(version);
        using var device = Device.Open(Simulator.Second, 1);
        Assert.Equal([0, 3], Rectified(device, [-2, 3]));
    }

    [Fact]
    public void PtxThatIsNotThere()
    {
        using var variables = new Variables();
        variables.Set("RETRIEVAL_PTX", "/no/such/folder");
        Assert.Equal("cuda: RETRIEVAL_PTX names the folder /no/such/folder, which does not exist: correct it, or unset it to use the kernels of this build", Problem(Simulator.Second));
        using var folder = new Retrieval.Tests.Index.TemporaryFolder();
        variables.Set("RETRIEVAL_PTX", folder.Root);
        Assert.Contains($"the folder {folder.Root} of RETRIEVAL_PTX holds no .ptx file", Problem(Simulator.Second), StringComparison.Ordinal);
        File.WriteAllText(folder.File("other.ptx"), "");
        using var device = Device.Open(Simulator.Second, 1);
        Assert.StartsWith($"cuda: no kernels called relu.ptx in the folder {folder.Root} (RETRIEVAL_PTX)", Assert.Throws<DeviceException>(() => Rectified(device, [1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PtxThatDoesNotCompile()
    {
        using var variables = new Variables();
        using var folder = new Retrieval.Tests.Index.TemporaryFolder();
        variables.Set("RETRIEVAL_PTX", folder.Root);
        File.WriteAllText(folder.File("relu.ptx"), ".visible .entry relu_forward_f32(.param .align 8 .b8 relu_forward_f32_param_0[16])\n");
        using var device = Device.Open(Simulator.Second, 1);
        var failure = Assert.Throws<CudaException>(() => Rectified(device, [1])).Message;
        Assert.StartsWith("cuModuleLoadDataEx: relu.ptx of the folder", failure, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_INVALID_PTX (218)", failure, StringComparison.Ordinal);
        // The compiler's own words.
        Assert.Contains("'relu_forward_f32' takes 16 bytes of parameters", failure, StringComparison.Ordinal);
        File.WriteAllText(folder.File("relu.ptx"), ".visible .entry relu_backward_f32(.param .align 8 .b8 relu_backward_f32_param_0[32])\n");
        failure = Assert.Throws<CudaException>(() => Rectified(device, [1])).Message;
        Assert.Contains("cuModuleGetFunction: relu_forward_f32 in relu.ptx", failure, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_NOT_FOUND (500)", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelThatFailsShowsWhenItIsWaitedFor()
    {
        using var device = Device.Open(Simulator.Second, 1);
        _simulator.FailNextGrid(IllegalAddress);
        var failure = Assert.Throws<CudaException>(() => Rectified(device, [1, 2, 3]));
        Assert.Equal(IllegalAddress, (int)failure.Result);
        Assert.StartsWith("cuda:1 (", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("work queued before failed; set RETRIEVAL_CUDA_BLOCKING=1 to learn which kernel", failure.Message, StringComparison.Ordinal);
        // The device stays broken, and can be closed and opened again.
        Assert.Throws<CudaException>(device.Synchronize);
        device.Dispose();
        using var another = Device.Open(Simulator.Second, 1);
        Assert.Equal([1], Rectified(another, [1]));
    }

    [Fact]
    public void ABlockingLaunchNamesTheKernelThatFails()
    {
        using var variables = new Variables();
        variables.Set("RETRIEVAL_CUDA_BLOCKING", "1");
        using var device = Device.Open(Simulator.Second, 1);
        var x = device.Rent<float>(new Shape(1000), new float[1000]);
        _simulator.FailNextGrid(IllegalAddress);
        var failure = Assert.Throws<CudaException>(() => device.Operators.Relu(x, x)).Message;
        Assert.StartsWith("relu_forward_f32x4 on cuda:1 (", failure, StringComparison.Ordinal);
        Assert.Contains("1 blocks of 256 threads, 0 bytes of static and 0 of dynamic shared memory, 24 bytes of parameters: CUDA_ERROR_ILLEGAL_ADDRESS (700)", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void TooLittleMemory()
    {
        _simulator.SetTotalMemory((nuint)200 << 20);
        using var device = Device.Open(Simulator.Second, 1);
        var first = device.Rent(new Shape(1 << 20), ElementType.UInt8);
        var problem = Assert.Throws<DeviceException>(() => device.Rent(new Shape(200 << 20), ElementType.UInt8)).Message;
        Assert.StartsWith("cuda:1 (", problem, StringComparison.Ordinal);
        Assert.EndsWith("is out of memory: 256 MiB for Activations were requested; 1 MiB are rented (Activations 1), 64 MiB reserved of 200 MiB, 136 MiB are free: "
            + "use smaller batches or images, --precision bf16, or a device with more memory",
            problem, StringComparison.Ordinal);
        // What there is serves on.
        Assert.Equal([4], Rectified(device, [4]));
        device.Return(first);
    }

    [Fact]
    public void AKernelThatFailsInRecordedWorkNamesTheWork()
    {
        using var device = Device.Open(Simulator.Second, 1);
        var x = device.Rent<float>(new Shape(1000), new float[1000]);
        using var work = device.Record(() => device.Operators.Relu(x, x), "training step");
        work.Run();
        work.Run();
        device.Synchronize();
        work.Run();
        _simulator.FailNextGrid(IllegalAddress);
        var failure = Assert.Throws<CudaException>(device.Synchronize).Message;
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", failure, StringComparison.Ordinal);
        Assert.EndsWith("work queued before failed, among it the recorded work 'training step'; set RETRIEVAL_CUDA_BLOCKING=1 to learn which kernel", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void BlockingLaunchesNameTheKernelInRecordedWorkToo()
    {
        using var variables = new Variables();
        variables.Set("RETRIEVAL_CUDA_BLOCKING", "1");
        using var device = Device.Open(Simulator.Second, 1);
        var x = device.Rent<float>(new Shape(1000), new float[1000]);
        using var work = device.Record(() => device.Operators.Relu(x, x));
        work.Run();
        work.Run();
        _simulator.FailNextGrid(IllegalAddress);
        Assert.StartsWith("relu_forward_f32x4 on cuda:1 (", Assert.Throws<CudaException>(work.Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGpuThatAnotherProgramHasForItself()
    {
        const int computeMode = 20, prohibited = 2;
        _simulator.SetAttribute((CudaDeviceAttribute)computeMode, prohibited);
        var problem = Problem(Simulator.Second);
        Assert.StartsWith("cuda: cuDevicePrimaryCtxRetain: CUDA_ERROR_DEVICE_UNAVAILABLE (46)", problem, StringComparison.Ordinal);
        Assert.Contains("another program has the GPU for itself", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void AGpuThatIsLost()
    {
        const int uncorrectable = 214;
        using var device = Device.Open(Simulator.Second, 1);
        _simulator.FailNextGrid(uncorrectable);
        var problem = Assert.Throws<DeviceException>(() => Rectified(device, [1, 2, 3])).Message;
        Assert.StartsWith("cuda: cuEventSynchronize: CUDA_ERROR_ECC_UNCORRECTABLE (214)", problem, StringComparison.Ordinal);
        Assert.EndsWith("the GPU has failed or was lost: look at nvidia-smi and for Xid lines in the system's log, and restart the machine", problem, StringComparison.Ordinal);
        // What is closed afterwards says nothing more.
        device.Dispose();
    }

    private static string Problem(DeviceName name) => Assert.Throws<DeviceException>(() => Device.Open(name, 1)).Message;

    private static float[] Rectified(Device device, float[] values)
    {
        var x = device.Rent<float>(new Shape(values.Length), values);
        device.Operators.Relu(x, x);
        return x.ToArray<float>();
    }
}
