namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of top_k.cu, filter.</summary>
internal readonly record struct TopKFilter(nint Scores, nint SquaredNorms, nint Norms, nint Bounds, nint Keys, nint Counts, long Pitch, long Capacity, int First, int Length);
