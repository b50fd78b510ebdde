using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>An entry point that is ready to be launched, and what the driver knows about it.</summary>
internal sealed unsafe class CudaKernel
{
    /// <summary>Shared memory of a block, static and dynamic together, that a kernel may use without opting in.</summary>
    private const int SharedByteCountWithoutOptIn = 48 << 10;

    private readonly CudaContext _context;
    private readonly string _name;
    private readonly nint _function;
    private readonly int _parameterByteCount;
    private readonly int _staticSharedByteCount;
    private int _dynamicSharedByteCountAllowed;

    public CudaKernel(CudaContext context, string name, nint function)
    {
        (_context, _name, _function) = (context, name, function);
        Check(cuFuncGetAttribute(out _staticSharedByteCount, CudaFunctionAttribute.StaticSharedByteCount, function));
        _dynamicSharedByteCountAllowed = SharedByteCountWithoutOptIn - _staticSharedByteCount;
        if (context.Driver.TellsParameterSizes && cuFuncGetParamInfo(function, 0, out _, out var byteCount) == CudaResult.Success)
            _parameterByteCount = (int)byteCount;
    }

    /// <summary>Queues the kernel. The context is current.</summary>
    public CudaResult Launch(LaunchShape shape, void* parameters, nuint byteCount, StreamHandle stream)
    {
        if (_parameterByteCount != 0 && _parameterByteCount != (int)byteCount)
            throw new InvalidOperationException($"{_name}: {byteCount} bytes of parameters, the kernel takes {_parameterByteCount}");
        if (shape.SharedByteCount > _dynamicSharedByteCountAllowed)
            OptIn(shape.SharedByteCount);
        // CU_LAUNCH_PARAM_BUFFER_POINTER, CU_LAUNCH_PARAM_BUFFER_SIZE, CU_LAUNCH_PARAM_END: so the driver learns the size too.
        var extra = stackalloc void*[] { (void*)1, parameters, (void*)2, &byteCount, (void*)0 };
        var blocks = (uint)Math.Min(shape.Blocks, uint.MaxValue);
        return cuLaunchKernel(_function, blocks, 1, 1, (uint)shape.Threads, 1, 1, (uint)shape.SharedByteCount, stream, null, extra);
    }

    /// <summary>What is to be known of a launch that failed.</summary>
    public Exception Failure(CudaResult result, DeviceName device, LaunchShape shape, nuint byteCount)
    {
        var fits = cuOccupancyMaxActiveBlocksPerMultiprocessor(out var blocks, _function, shape.Threads, (nuint)shape.SharedByteCount) == CudaResult.Success
            ? $" (a multiprocessor holds {blocks} such blocks)" : "";
        return CudaStatus.Failure(result, $"{_name} on {device} ({_context.Facts.Name}): {shape.Blocks} blocks of {shape.Threads} threads, {_staticSharedByteCount} bytes of static and "
            + $"{shape.SharedByteCount} of dynamic shared memory{fits}, {byteCount} bytes of parameters: {Describe(result)}");
    }

    /// <summary>Asks for more dynamic shared memory than a kernel gets unasked.</summary>
    private void OptIn(int byteCount)
    {
        if (byteCount + _staticSharedByteCount > _context.Facts.MaxSharedByteCount)
            throw new InvalidOperationException($"{_name}: {byteCount} bytes of dynamic and {_staticSharedByteCount} of static shared memory, {_context.Facts.Name} has {_context.Facts.MaxSharedByteCount} for a block");
        Check(cuFuncSetAttribute(_function, CudaFunctionAttribute.MaxDynamicSharedByteCount, byteCount));
        _dynamicSharedByteCountAllowed = byteCount;
    }
}
