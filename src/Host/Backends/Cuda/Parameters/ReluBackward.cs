namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of relu.cu, backward.</summary>
internal readonly record struct ReluBackward(nint Y, nint Dy, nint Dx, long Packs);
