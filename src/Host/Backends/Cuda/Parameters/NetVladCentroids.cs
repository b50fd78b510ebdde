namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_residual.cu, centroids.</summary>
internal readonly record struct NetVladCentroids(nint Mass, nint Dv, nint Dc, int Images, int Clusters, int All, int Channels);
