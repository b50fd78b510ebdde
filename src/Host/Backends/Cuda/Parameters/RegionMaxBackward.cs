namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of region_max.cu, backward.</summary>
internal readonly record struct RegionMaxBackward(nint Dy, nint Argmax, nint Dx, int Count, int Images, int Positions, int Channels, int Lanes);
