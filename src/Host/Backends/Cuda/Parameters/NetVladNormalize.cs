namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_residual.cu, normalize.</summary>
internal readonly record struct NetVladNormalize(nint Norms, nint Y, int Clusters, int Channels);
