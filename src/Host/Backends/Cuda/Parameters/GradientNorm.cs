namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gradient_norm.cu, norm.</summary>
internal readonly record struct GradientNorm(nint Partial, long Chunks, nint Norm);
