namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of top_k.cu, select.</summary>
internal readonly record struct TopKSelect(nint Keys, nint Counts, nint Bounds, long Capacity, int Kept, int Limit);
