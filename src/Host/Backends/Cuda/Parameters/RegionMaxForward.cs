namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of region_max.cu, forward.</summary>
internal readonly record struct RegionMaxForward(nint X, nint Regions, nint Y, nint Argmax, int Count, int Images, int Height, int Width, int Channels, int Lanes);
