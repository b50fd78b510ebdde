namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_pool.cu, forward.</summary>
internal readonly record struct WeightedForward(nint X, nint Weights, nint Regions, nint P, nint Y, float Epsilon, int SharedP, int Count, int Images, int Height, int Width, int Channels, int Lanes);
