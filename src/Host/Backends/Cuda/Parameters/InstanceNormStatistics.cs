namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of instance_norm.cu, moments of images and batch.</summary>
internal readonly record struct InstanceNormStatistics(nint Partials, nint RunningMean, nint RunningVariance, nint Mean, nint InvStd, long Rows, long ChunkRows, int Chunks, int Images, int Channels, int Split, int Stored, float Momentum, float Epsilon);
