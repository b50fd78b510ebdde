namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of fold_weights.cu.</summary>
internal readonly record struct FoldWeights(nint W, nint Scale, nint Y, long Packs);
