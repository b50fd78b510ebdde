namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of column_sum.cu, chunk by chunk.</summary>
internal readonly record struct ColumnSumPartial(nint X, nint Partials, long Rows, long ChunkRows, int Columns, int Width);
