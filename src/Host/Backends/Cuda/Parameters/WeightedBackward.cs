namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_pool.cu, backward.</summary>
internal readonly record struct WeightedBackward(nint X, nint Weights, nint Regions, nint Y, nint Dy, nint P, nint Dx, nint MaskShares, nint ExponentShares, float Epsilon, int SharedP, int Count, int Images, int Height, int Width, int Channels, int Lanes);
