namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of instance_norm.cu, moments of each chunk.</summary>
internal readonly record struct InstanceNormMoments(nint X, nint Partials, long Rows, long ChunkRows, int Chunks, int Columns, int Taken, int Width);
