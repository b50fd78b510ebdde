namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of max_pool.cu, forward.</summary>
internal readonly record struct MaxPoolForward(nint X, nint Y, nint Argmax, long Rows, int Segments, int Height, int Width, int Channels, int OutHeight, int OutWidth,
    int KernelHeight, int KernelWidth, int Stride, int Padding, int Dilation);
