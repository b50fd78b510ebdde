using System.Runtime.InteropServices;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>What is fixed about a device.</summary>
internal sealed record CudaDeviceFacts
{
    public required string Name { get; init; }

    /// <summary>Major and minor, such as 9.0.</summary>
    public required Version ComputeCapability { get; init; }

    public required long MemoryByteCount { get; init; }

    public required int MultiprocessorCount { get; init; }

    /// <summary>The most threads that a multiprocessor holds at once.</summary>
    public required int MaxThreadsPerMultiprocessor { get; init; }

    /// <summary>The most shared memory of one block, for a kernel that has opted in.</summary>
    public required int MaxSharedByteCount { get; init; }

    public static unsafe CudaDeviceFacts Of(int device)
    {
        const int length = 256;
        var name = stackalloc byte[length];
        Check(cuDeviceGetName(name, length, device));
        Check(cuDeviceTotalMem_v2(out var memory, device));
        return new CudaDeviceFacts
        {
            Name = Marshal.PtrToStringUTF8((nint)name) ?? "",
            ComputeCapability = new Version(Attribute(CudaDeviceAttribute.ComputeCapabilityMajor), Attribute(CudaDeviceAttribute.ComputeCapabilityMinor)),
            MemoryByteCount = (long)memory,
            MultiprocessorCount = Attribute(CudaDeviceAttribute.MultiprocessorCount),
            MaxThreadsPerMultiprocessor = Attribute(CudaDeviceAttribute.MaxThreadsPerMultiprocessor),
            MaxSharedByteCount = Attribute(CudaDeviceAttribute.MaxSharedMemoryPerBlockOptIn),
        };

        int Attribute(CudaDeviceAttribute attribute)
        {
            Check(cuDeviceGetAttribute(out var value, attribute, device));
            return value;
        }
    }
}
