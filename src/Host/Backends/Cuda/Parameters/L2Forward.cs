namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of l2_normalize.cu, forward.</summary>
internal readonly record struct L2Forward(nint X, nint Y, nint Norms, float Epsilon, int Rows, int Packs, int Lanes);
