using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>An entry point that is ready to be launched, and what the driver knows about it.</summary>
internal sealed class CudaKernel
{
    /// <summary>Shared memory of a block, static and dynamic together, that a kernel may use without opting in.</summary>
    private const int SharedByteCountWithoutOptIn = 48 << 10;

    private readonly CudaContext _context;
    private readonly int _staticSharedByteCount;
    private int _sharedByteCountAllowed;

    public CudaKernel(CudaContext context, string name, nint function)
    {
        (_context, Name, Function) = (context, name, function);
        MaxThreads = Attribute(CudaFunctionAttribute.MaxThreadsPerBlock);
        _staticSharedByteCount = Attribute(CudaFunctionAttribute.StaticSharedByteCount);
        _sharedByteCountAllowed = SharedByteCountWithoutOptIn - _staticSharedByteCount;
        if (context.Driver.TellsParameterSizes && cuFuncGetParamInfo(function, 0, out _, out var byteCount) == CudaResult.Success)
            ParameterByteCount = (int)byteCount;
    }

    public string Name { get; }

    public nint Function { get; }

    /// <summary>The largest block.</summary>
    public int MaxThreads { get; }

    /// <summary>Size of the parameter struct, or 0 where the driver does not tell.</summary>
    public int ParameterByteCount { get; }

    /// <summary>Blocks that a multiprocessor holds at once.</summary>
    public int ActiveBlocks(int threads, int sharedByteCount)
    {
        AllowShared(sharedByteCount);
        Check(cuOccupancyMaxActiveBlocksPerMultiprocessor(out var blocks, Function, threads, (nuint)sharedByteCount));
        return blocks;
    }

    /// <summary>Opts in to as much dynamic shared memory as a launch asks for.</summary>
    public void AllowShared(int byteCount)
    {
        if (byteCount <= _sharedByteCountAllowed)
            return;
        if (byteCount + _staticSharedByteCount > _context.Facts.MaxSharedByteCount)
            throw new InvalidOperationException($"{Name}: {byteCount} bytes of dynamic and {_staticSharedByteCount} of static shared memory, {_context.Facts.Name} has {_context.Facts.MaxSharedByteCount} for a block");
        Check(cuFuncSetAttribute(Function, CudaFunctionAttribute.MaxDynamicSharedByteCount, byteCount));
        _sharedByteCountAllowed = byteCount;
    }

    private int Attribute(CudaFunctionAttribute attribute)
    {
        Check(cuFuncGetAttribute(out var value, attribute, Function));
        return value;
    }
}
