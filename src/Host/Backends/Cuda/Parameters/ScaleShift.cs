namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of scale_shift.cu.</summary>
internal readonly record struct ScaleShift(nint X, nint Center, nint Scale, nint Factor, nint Shift, nint Residual, nint Y, long Rows, long ChunkRows, int Columns, int Channels, int Width, int Relu);
