namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_assign.cu, forward.</summary>
internal readonly record struct NetVladAssign(nint X, nint Bias, nint A, nint Scales, long Locations, int Channels, int Clusters);
