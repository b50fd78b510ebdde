using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const int PackByteCount = 16;

    /// <summary>Grid-stride loops get at most this many times the blocks that the device holds at once: more only adds overhead.</summary>
    private const int Waves = 8;

    /// <summary>Where kernels report bad data (fault.cuh); downloads and <see cref="Synchronize"/> throw it.</summary>
    private int* FaultWord => (int*)_faults.Address;

    /// <summary>Launches a kernel on the compute stream and returns; nothing happens for 0 blocks.</summary>
    /// <param name="module">Name of the .cu file.</param>
    /// <param name="kernel">Name of the entry point, without the variant's suffix.</param>
    /// <param name="variant">Element type and width.</param>
    /// <param name="shape">Grid and block.</param>
    /// <param name="parameters">The kernel's one parameter.</param>
    private void Launch<TParameters>(string module, string kernel, KernelVariant variant, LaunchShape shape, in TParameters parameters) where TParameters : unmanaged
    {
        if (shape.Blocks == 0)
            return;
        fixed (TParameters* values = &parameters)
            Launch(new KernelKey(module, kernel, variant), shape, values, (nuint)sizeof(TParameters));
    }

    private void Launch(KernelKey key, LaunchShape shape, void* parameters, nuint byteCount)
    {
        lock (_context.Queue)
        {
            _context.Enter();
            var entry = _kernels.Get(key);
            var result = entry.Launch(shape, parameters, byteCount, _compute);
            if (result == CudaResult.Success && _blocking)
                result = cuStreamSynchronize(_compute);
            if (result != CudaResult.Success)
                throw entry.Failure(result, _name, shape, byteCount);
        }
    }

    /// <summary>The 16-byte variant of a type where the innermost extent divides by its width and every address is aligned, else the scalar one.</summary>
    /// <param name="type">Float32 or BFloat16.</param>
    /// <param name="divisible">What must divide by the width: the innermost extent, or the count of a flat loop.</param>
    /// <param name="addresses">Tensors that are moved in packs; 0 stands for no tensor.</param>
    private static KernelVariant Vectorised(ElementType type, long divisible, params ReadOnlySpan<nint> addresses)
    {
        var isFloat = type == ElementType.Float32;
        nint all = 0;
        foreach (var address in addresses)
            all |= address;
        var packs = all % PackByteCount == 0 && divisible % (PackByteCount / type.ByteSize()) == 0;
        return (isFloat, packs) switch
        {
            (true, true) => KernelVariant.F32x4,
            (true, false) => KernelVariant.F32,
            (false, true) => KernelVariant.Bf16x8,
            (false, false) => KernelVariant.Bf16,
        };
    }

    /// <summary>Elements that a thread of the variant takes at a time.</summary>
    private static int Width(KernelVariant variant) => variant switch
    {
        KernelVariant.F32x4 => 4,
        KernelVariant.Bf16x8 => 8,
        _ => 1,
    };

    /// <summary>The grid of a loop that strides: a thread an item, but no more blocks than a few times what the device holds at once.</summary>
    private LaunchShape GridOver(long items, int threads = 256)
    {
        var resident = (long)_context.Facts.MultiprocessorCount * Math.Max(1, _context.Facts.MaxThreadsPerMultiprocessor / threads);
        return new LaunchShape(Math.Min((items + threads - 1) / threads, resident * Waves), threads);
    }

    /// <summary>Scratch memory for one call, which the caller returns before it ends: what is queued later on the stream may have it then.</summary>
    internal static Tensor RentWorkspace(Device device, long byteCount) => device.Rent(WorkspaceShape(byteCount), ElementType.UInt8, MemoryPurpose.Workspace);

    /// <summary>The same, or no tensor where there is no memory left for it.</summary>
    internal static Tensor RentWorkspaceIfPossible(Device device, long byteCount) =>
        device.Memory.RentIfPossible(WorkspaceShape(byteCount), ElementType.UInt8, MemoryPurpose.Workspace);

    /// <summary>Folded into two axes, as one axis ends at two thousand million.</summary>
    private static Shape WorkspaceShape(long byteCount)
    {
        const int row = 4096;
        return new Shape(checked((int)((byteCount + row - 1) / row)), row);
    }
}
