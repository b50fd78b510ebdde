namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_norm.cu, gradient sums of each chunk.</summary>
internal readonly record struct BatchNormSums(nint X, nint Y, nint Dy, nint Mean, nint G, nint Partials, long Rows, long ChunkRows, int Columns, int Channels, int Width);
