namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of resize.cu.</summary>
internal readonly record struct ResizeBilinear(nint X, nint Y, long Rows, int Segments, int Height, int Width, int Channels, int OutHeight, int OutWidth, float ScaleY, float ScaleX);
