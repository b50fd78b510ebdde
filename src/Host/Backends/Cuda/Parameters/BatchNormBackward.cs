namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_norm.cu, gradient of the input.</summary>
internal readonly record struct BatchNormBackward(nint X, nint Y, nint Dy, nint Mean, nint Factors, nint Dx, long Rows, long ChunkRows, int Columns, int Channels, int Width);
