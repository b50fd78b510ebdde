namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_norm.cu, moments of each chunk.</summary>
internal readonly record struct BatchNormMoments(nint X, nint Partials, long Rows, long ChunkRows, int Columns, int Width);
