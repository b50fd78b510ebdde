namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gem_pool.cu, backward.</summary>
internal readonly record struct GemBackward(nint X, nint Y, nint Dy, nint P, nint Dx, nint Shares, float Epsilon, int SharedP, int Positions, int Channels, int Lanes);
