using Retrieval.Host.Backends.Cuda;
using Retrieval.Host.Backends.Cuda.Parameters;
using Retrieval.Host.Interop.Cuda;
using Retrieval.Tests.Support;
using Xunit;
using static Retrieval.Host.Interop.Cuda.CudaDriver;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>What a launch asks of the driver, and what it refuses by itself.</summary>
[Trait("device", "cuda")]
public sealed unsafe class CudaKernelTests : IDisposable
{
    private readonly CudaContext _context;
    private readonly KernelCache _kernels;
    private readonly StreamHandle _stream;
    private readonly CudaKernel _relu;

    public CudaKernelTests()
    {
        TestDevices.Require(TestDevices.Cuda);
        _context = new CudaContext(TestDevices.Cuda, CudaRuntime.Start());
        _context.Enter();
        _kernels = new KernelCache(_context, new PtxSource(CudaSettings.FromEnvironment().PtxFolder));
        _stream = _context.CreateStream();
        _relu = _kernels.Get(new KernelKey("relu", "relu_forward", KernelVariant.F32));
    }

    public void Dispose()
    {
        Assert.Equal(CudaResult.Success, cuStreamSynchronize(_stream));
        _stream.Dispose();
        _kernels.Dispose();
        _context.Dispose();
    }

    [Fact]
    public void AKernelIsLoadedOnce() => Assert.Same(_relu, _kernels.Get(new KernelKey("relu", "relu_forward", KernelVariant.F32)));

    [Theory]
    [InlineData(KernelVariant.None, "k")]
    [InlineData(KernelVariant.F32, "k_f32")]
    [InlineData(KernelVariant.F32x4, "k_f32x4")]
    [InlineData(KernelVariant.Bf16, "k_bf16")]
    [InlineData(KernelVariant.Bf16x8, "k_bf16x8")]
    internal void VariantsAreSuffixes(KernelVariant variant, string entry) => Assert.Equal(entry, new KernelKey("m", "k", variant).Entry);

    /// <summary>48 KB are everybody's; more is asked for, up to what the device has.</summary>
    [Fact]
    public void MuchSharedMemoryIsAskedFor()
    {
        foreach (var byteCount in new[] { 0, 48 << 10, 100 << 10, 64 << 10, _context.Facts.MaxSharedByteCount })
            Assert.Equal(CudaResult.Success, Launch(new LaunchShape(1, 32, byteCount)));
        Assert.Contains($"relu_forward_f32: {_context.Facts.MaxSharedByteCount + 1} bytes of dynamic and 0 of static shared memory",
            Assert.Throws<InvalidOperationException>(() => Launch(new LaunchShape(1, 32, _context.Facts.MaxSharedByteCount + 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParametersOfAnotherSizeAreRefused()
    {
        Assert.SkipUnless(_context.Driver.TellsParameterSizes, "the driver is older than CUDA 12.4");
        Assert.Equal("relu_forward_f32: 32 bytes of parameters, the kernel takes 24",
            Assert.Throws<InvalidOperationException>(() => Launch(new LaunchShape(1, 32), new ReluBackward(0, 0, 0, 0))).Message);
    }

    [Theory]
    [InlineData(1, 2048)]
    [InlineData(1, 0)]
    [InlineData(1L << 31, 32)]
    [InlineData(1L << 40, 32)]
    public void ImpossibleGridsAreDescribed(long blocks, int threads)
    {
        var shape = new LaunchShape(blocks, threads);
        var result = Launch(shape);
        Assert.NotEqual(CudaResult.Success, result);
        var message = _relu.Failure(result, TestDevices.Cuda, shape, 24).Message;
        Assert.StartsWith($"relu_forward_f32 on cuda:0 ({_context.Facts.Name}): {blocks} blocks of {threads} threads, 0 bytes of static and 0 of dynamic shared memory", message, StringComparison.Ordinal);
        Assert.Contains("24 bytes of parameters: CUDA_ERROR_INVALID_VALUE (1), ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreBlocksThanASecondAxisHolds() => Assert.Equal(CudaResult.Success, Launch(new LaunchShape(70_000, 32)));

    /// <summary>No packs: the kernel reads nothing and writes nothing.</summary>
    private CudaResult Launch(LaunchShape shape) => Launch(shape, new ReluForward(0, 0, 0));

    private CudaResult Launch<TParameters>(LaunchShape shape, TParameters parameters) where TParameters : unmanaged =>
        _relu.Launch(shape, &parameters, (nuint)sizeof(TParameters), _stream);
}
