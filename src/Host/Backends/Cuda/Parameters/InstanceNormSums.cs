namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of instance_norm.cu, gradient sums of each chunk.</summary>
internal readonly record struct InstanceNormSums(nint X, nint Y, nint Dy, nint Mean, nint Partials, long Rows, long ChunkRows, int Chunks, int Columns, int Width);
