namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of cast.cu, both ways.</summary>
internal readonly record struct Cast(nint X, nint Y, long Packs);
