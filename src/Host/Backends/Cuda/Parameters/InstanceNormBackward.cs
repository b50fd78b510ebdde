namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of instance_norm.cu, gradient of the input.</summary>
internal readonly record struct InstanceNormBackward(nint X, nint Y, nint Dy, nint Mean, nint Factors, nint Dx, long Rows, long ChunkRows, int Chunks, int Columns, int Width);
