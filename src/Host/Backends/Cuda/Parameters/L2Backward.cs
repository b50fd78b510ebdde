namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of l2_normalize.cu, backward.</summary>
internal readonly record struct L2Backward(nint Y, nint Norms, nint Dy, nint Dx, float Epsilon, int Rows, int Packs, int Lanes);
