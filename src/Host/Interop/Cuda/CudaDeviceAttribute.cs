namespace Retrieval.Host.Interop.Cuda;

/// <summary>CUdevice_attribute: the facts that are asked for.</summary>
internal enum CudaDeviceAttribute
{
    MultiprocessorCount = 16,
    MaxThreadsPerMultiprocessor = 39,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    MaxSharedMemoryPerBlockOptIn = 97,
}
