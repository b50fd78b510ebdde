namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_residual.cu, residuals.</summary>
internal readonly record struct NetVladResiduals(nint Mass, nint Centroids, nint V, nint Norms, int Clusters, int Channels);
