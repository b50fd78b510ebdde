namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gradient_norm.cu, clipping.</summary>
internal readonly record struct GradientScale(nint Rows, nint Starts, nint Norm, int Tensors, float Limit);
