namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of column_sum.cu, over the chunks.</summary>
internal readonly record struct ColumnSumTotal(nint Partials, nint Y, int Chunks, int Columns, int Channels, int Accumulate);
