namespace Retrieval.Host.Backends.Cuda;

/// <summary>What is known of the driver once it runs.</summary>
/// <param name="Path">From where it was loaded.</param>
/// <param name="Version">The CUDA that it offers.</param>
/// <param name="DeviceCount">Devices that it shows.</param>
/// <param name="TellsParameterSizes">Whether it can be asked for the size of a kernel's parameters (CUDA 12.4).</param>
internal sealed record CudaDriverFacts(string Path, Version Version, int DeviceCount, bool TellsParameterSizes);
