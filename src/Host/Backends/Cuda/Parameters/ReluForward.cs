namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of relu.cu, forward.</summary>
internal readonly record struct ReluForward(nint X, nint Y, long Packs);
