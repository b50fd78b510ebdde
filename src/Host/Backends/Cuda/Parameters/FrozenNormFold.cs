namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of frozen_norm.cu, statistics to scale and shift.</summary>
internal readonly record struct FrozenNormFold(nint Gamma, nint Beta, nint Mean, nint Variance, nint Scale, nint Shift, int Channels, float Epsilon);
