namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_mask.cu, backward of the taps.</summary>
internal readonly record struct MaskTapsBackward(nint X, nint W, nint Taps, nint Dx, nint Partials, long Rows, long ChunkRows, int Columns, int Width);
