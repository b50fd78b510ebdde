namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_assign.cu, backward.</summary>
internal readonly record struct NetVladAssignBackward(nint A, nint Scales, nint Bias, nint G, nint Dz, nint Along, long Locations, int Positions, int Clusters);
