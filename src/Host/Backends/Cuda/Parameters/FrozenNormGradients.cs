namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of frozen_norm.cu, gradients.</summary>
internal readonly record struct FrozenNormGradients(nint W, nint Folded, nint Sum, nint Gamma, nint Mean, nint Variance, nint Dw, nint DGamma, nint DBeta, long Length, int Filters, float Epsilon);
