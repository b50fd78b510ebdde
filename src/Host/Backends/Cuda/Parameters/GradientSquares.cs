namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gradient_norm.cu, sums of squares.</summary>
internal readonly record struct GradientSquares(nint Rows, nint Starts, nint Partial, int Tensors);
