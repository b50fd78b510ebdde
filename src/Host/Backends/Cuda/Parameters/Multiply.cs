namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of elementwise.cu, product.</summary>
internal readonly record struct Multiply(nint X, nint Factors, nint Y, long Packs);
