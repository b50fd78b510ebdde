namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_product.cu, aggregate.</summary>
internal readonly record struct NetVladAggregate(nint A, nint Scales, nint X, nint Y, int Positions, int Channels, int Clusters, int All, int Aligned);
