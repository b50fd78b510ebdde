namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_mask.cu, softmax.</summary>
internal readonly record struct MaskSoftmax(nint Taps, nint Regions, nint Weights, int Own, int Count, int Images, int Height, int Width);
