namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of wgem_mask.cu, from logits' gradients to the taps'.</summary>
internal readonly record struct MaskSpread(nint Logits, nint Regions, nint Taps, int Own, int Count, int Images, int Height, int Width);
