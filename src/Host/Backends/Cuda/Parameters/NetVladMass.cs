namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_assign.cu, mass.</summary>
internal readonly record struct NetVladMass(nint A, nint Mass, int Positions, int Clusters, int All);
