namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of spoc_pool.cu, backward.</summary>
internal readonly record struct SpocBackward(nint Dy, nint Dx, int Positions, int Channels, int Lanes);
