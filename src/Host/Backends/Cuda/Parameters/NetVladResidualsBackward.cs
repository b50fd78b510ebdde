namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_residual.cu, backward.</summary>
internal readonly record struct NetVladResidualsBackward(nint Y, nint Dy, nint Norms, nint Products, nint Centroids, nint Dv, nint G, int Clusters, int All, int Channels);
