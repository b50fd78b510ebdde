namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_mask.cu, backward of the softmax.</summary>
internal readonly record struct MaskSoftmaxBackward(nint Weights, nint Shares, int Positions);
