namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of max_pool.cu, backward.</summary>
internal readonly record struct MaxPoolBackward(nint Dy, nint Argmax, nint Dx, long Rows, int Segments, int Height, int Width, int Channels, int OutHeight, int OutWidth,
    int KernelHeight, int KernelWidth, int Stride, int Padding, int Dilation);
