namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of spoc_pool.cu, forward.</summary>
internal readonly record struct SpocForward(nint X, nint Y, int Positions, int Channels, int Lanes);
