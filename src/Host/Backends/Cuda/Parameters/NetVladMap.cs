namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_product.cu, map.</summary>
internal readonly record struct NetVladMap(nint A, nint Dz, nint Dv, nint W, nint Scales, nint Along, nint X, nint Dx, int Positions, int Channels, int Clusters, int AlignedClusters, int AlignedChannels);
