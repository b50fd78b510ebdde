namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_norm.cu, moments of the batch.</summary>
internal readonly record struct BatchNormStatistics(nint Partials, nint RunningMean, nint RunningVariance, nint Mean, nint InvStd, long Rows, long ChunkRows, int Chunks, int Columns, int Channels, float Momentum, float Epsilon);
