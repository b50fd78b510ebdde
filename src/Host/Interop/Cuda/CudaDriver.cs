using System.Runtime.InteropServices;

namespace Retrieval.Host.Interop.Cuda;

/// <summary>
/// The calls of the CUDA driver that are made, as CUDA 12 and 13 export them: where a symbol has versions, the name is the
/// one that cuda.h maps the plain name to. Device addresses are <c>nint</c>, a CUdevice is an <c>int</c>.
/// </summary>
internal static unsafe partial class CudaDriver
{
    internal const string Library = "cuda";

    [LibraryImport(Library)]
    internal static partial CudaResult cuInit(uint flags);

    /// <summary>1000 * major + 10 * minor of the CUDA that the driver offers. Works without a device.</summary>
    [LibraryImport(Library)]
    internal static partial CudaResult cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    internal static partial CudaResult cuGetErrorName(CudaResult error, out byte* name);

    [LibraryImport(Library)]
    internal static partial CudaResult cuGetErrorString(CudaResult error, out byte* text);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDeviceGetName(byte* name, int byteCount, int device);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDeviceGetAttribute(out int value, CudaDeviceAttribute attribute, int device);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDeviceTotalMem_v2(out nuint byteCount, int device);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDevicePrimaryCtxRetain(out PrimaryContextHandle context, int device);

    [LibraryImport(Library)]
    internal static partial CudaResult cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    internal static partial CudaResult cuCtxSetCurrent(PrimaryContextHandle context);

    [LibraryImport(Library)]
    internal static partial CudaResult cuCtxPushCurrent_v2(nint context);

    [LibraryImport(Library)]
    internal static partial CudaResult cuCtxPopCurrent_v2(out nint context);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemGetInfo_v2(out nuint freeByteCount, out nuint totalByteCount);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemAlloc_v2(out DeviceMemoryHandle memory, nuint byteCount);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemFree_v2(nint memory);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemHostAlloc(out PinnedMemoryHandle memory, nuint byteCount, PinnedMemoryUse flags);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemFreeHost(nint memory);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemHostGetDevicePointer_v2(out nint address, PinnedMemoryHandle memory, uint flags);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemcpyHtoDAsync_v2(nint target, void* source, nuint byteCount, StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemcpyDtoHAsync_v2(void* target, nint source, nuint byteCount, StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemcpyDtoDAsync_v2(nint target, nint source, nuint byteCount, StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemsetD16Async(nint target, ushort value, nuint count, StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuMemsetD32Async(nint target, uint value, nuint count, StreamHandle stream);

    /// <param name="stream">Receives the stream.</param>
    /// <param name="flags">1: does not wait for the legacy default stream.</param>
    [LibraryImport(Library)]
    internal static partial CudaResult cuStreamCreate(out StreamHandle stream, uint flags);

    [LibraryImport(Library)]
    internal static partial CudaResult cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuStreamSynchronize(StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuStreamWaitEvent(StreamHandle stream, EventHandle @event, uint flags);

    [LibraryImport(Library)]
    internal static partial CudaResult cuStreamBeginCapture_v2(StreamHandle stream, CudaCaptureMode mode);

    /// <summary>Sets what the calling thread may do while it captures, and receives what it was before.</summary>
    [LibraryImport(Library)]
    internal static partial CudaResult cuThreadExchangeStreamCaptureMode(ref CudaCaptureMode mode);

    [LibraryImport(Library)]
    internal static partial CudaResult cuStreamEndCapture(StreamHandle stream, out GraphHandle graph);

    /// <param name="event">Receives the event.</param>
    /// <param name="flags">2: keeps no time.</param>
    [LibraryImport(Library)]
    internal static partial CudaResult cuEventCreate(out EventHandle @event, uint flags);

    [LibraryImport(Library)]
    internal static partial CudaResult cuEventDestroy_v2(nint @event);

    [LibraryImport(Library)]
    internal static partial CudaResult cuEventRecord(EventHandle @event, StreamHandle stream);

    /// <summary>Whether an event has come: <see cref="CudaResult.NotReady"/> if not.</summary>
    [LibraryImport(Library)]
    internal static partial CudaResult cuEventQuery(EventHandle @event);

    [LibraryImport(Library)]
    internal static partial CudaResult cuEventSynchronize(EventHandle @event);

    /// <summary>From CUDA 12.8 there is a second version, which differs in its errors alone; every driver has this one.</summary>
    /// <param name="milliseconds">Receives the time between two events that have passed.</param>
    /// <param name="start">The earlier.</param>
    /// <param name="end">The later.</param>
    [LibraryImport(Library)]
    internal static partial CudaResult cuEventElapsedTime(out float milliseconds, EventHandle start, EventHandle end);

    [LibraryImport(Library)]
    internal static partial CudaResult cuModuleLoadDataEx(out KernelModuleHandle module, byte* image, uint optionCount, CudaJitOption* options, void** optionValues);

    [LibraryImport(Library)]
    internal static partial CudaResult cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial CudaResult cuModuleGetFunction(out nint function, KernelModuleHandle module, string name);

    [LibraryImport(Library)]
    internal static partial CudaResult cuFuncGetAttribute(out int value, CudaFunctionAttribute attribute, nint function);

    [LibraryImport(Library)]
    internal static partial CudaResult cuFuncSetAttribute(nint function, CudaFunctionAttribute attribute, int value);

    /// <summary>From CUDA 12.4: asked only where the library has it.</summary>
    [LibraryImport(Library)]
    internal static partial CudaResult cuFuncGetParamInfo(nint function, nuint index, out nuint offset, out nuint byteCount);

    [LibraryImport(Library)]
    internal static partial CudaResult cuOccupancyMaxActiveBlocksPerMultiprocessor(out int blocks, nint function, int blockSize, nuint dynamicSharedByteCount);

    [LibraryImport(Library)]
    internal static partial CudaResult cuLaunchKernel(nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ,
        uint dynamicSharedByteCount, StreamHandle stream, void** parameters, void** extra);

    [LibraryImport(Library)]
    internal static partial CudaResult cuGraphInstantiateWithFlags(out GraphExecHandle executable, GraphHandle graph, ulong flags);

    [LibraryImport(Library)]
    internal static partial CudaResult cuGraphLaunch(GraphExecHandle executable, StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudaResult cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    internal static partial CudaResult cuGraphDestroy(nint graph);
}
