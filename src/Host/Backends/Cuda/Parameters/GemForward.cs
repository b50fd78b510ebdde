namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gem_pool.cu, forward.</summary>
internal readonly record struct GemForward(nint X, nint P, nint Y, float Epsilon, int SharedP, int Positions, int Channels, int Lanes);
