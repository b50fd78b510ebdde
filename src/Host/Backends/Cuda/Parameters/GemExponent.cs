namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gem_pool.cu, exponent.</summary>
internal readonly record struct GemExponent(nint Shares, nint Dp, int Rows, int Columns, int Lanes);
