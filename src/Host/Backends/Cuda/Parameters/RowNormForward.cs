namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of row_norm.cu, forward.</summary>
internal readonly record struct RowNormForward(nint X, nint Real, nint Gamma, nint Beta, nint RunningMean, nint RunningVariance, nint Y, nint Mean, nint InvStd, float Momentum, float Epsilon, int Frozen, int Rows, int Columns);
