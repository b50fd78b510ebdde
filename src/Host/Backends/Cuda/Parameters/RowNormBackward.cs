namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of row_norm.cu, backward.</summary>
internal readonly record struct RowNormBackward(nint X, nint Real, nint Dy, nint Gamma, nint Mean, nint InvStd, nint Dx, nint DGamma, int Frozen, int Rows, int Columns);
