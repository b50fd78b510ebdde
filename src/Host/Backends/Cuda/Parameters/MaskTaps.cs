namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_mask.cu, taps.</summary>
internal readonly record struct MaskTaps(nint X, nint W, nint Taps, long Positions, int Channels);
