using System.Runtime.InteropServices;
using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Interop.Cudnn;

/// <summary>The calls of cuDNN's graph (backend) API that are made, alike in cuDNN 8.9 and 9.</summary>
internal static unsafe partial class CudnnLibrary
{
    internal const string Library = "cudnn";

    /// <summary>Before cuDNN 9 1000 * major + 100 * minor + patch, then 10000 * major + 100 * minor + patch. Works without a device.</summary>
    [LibraryImport(Library)]
    internal static partial nuint cudnnGetVersion();

    [LibraryImport(Library)]
    internal static partial byte* cudnnGetErrorString(CudnnStatus status);

    /// <summary>From cuDNN 9: asked only where the library has it.</summary>
    [LibraryImport(Library)]
    internal static partial void cudnnGetLastErrorString(byte* message, nuint byteCount);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnCreate(out CudnnHandle handle);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnDestroy(nint handle);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnSetStream(CudnnHandle handle, StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnBackendCreateDescriptor(CudnnDescriptorType type, out CudnnDescriptor descriptor);

    /// <summary>The same for a description that lives no longer than one call: without a managed object.</summary>
    [LibraryImport(Library, EntryPoint = nameof(cudnnBackendCreateDescriptor))]
    internal static partial CudnnStatus cudnnBackendCreateTransientDescriptor(CudnnDescriptorType type, out nint descriptor);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnBackendDestroyDescriptor(nint descriptor);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnBackendSetAttribute(nint descriptor, CudnnAttribute name, CudnnAttributeType type, long count, void* values);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnBackendGetAttribute(nint descriptor, CudnnAttribute name, CudnnAttributeType type, long requestedCount, out long count, void* values);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnBackendFinalize(nint descriptor);

    /// <summary>Queues a plan's kernels on the handle's stream.</summary>
    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnBackendExecute(CudnnHandle handle, CudnnDescriptor plan, nint variantPack);
}
