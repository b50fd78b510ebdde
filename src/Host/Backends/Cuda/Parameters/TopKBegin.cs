namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of top_k.cu, begin.</summary>
internal readonly record struct TopKBegin(nint Queries, nint Scores, nint Rows, nint HeldScores, nint HeldRows, nint Norms, nint Bounds, nint Counts, int Dimension, int Wanted);
