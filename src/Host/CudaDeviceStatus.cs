namespace Retrieval.Host;

/// <summary>A CUDA device as the driver shows it.</summary>
/// <param name="Name">What this program calls it.</param>
/// <param name="Model">What its maker calls it.</param>
/// <param name="ComputeCapability">Such as 9.0.</param>
/// <param name="MemoryByteCount">All of its memory.</param>
public sealed record CudaDeviceStatus(DeviceName Name, string Model, Version ComputeCapability, long MemoryByteCount);
