namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of top_k.cu, finish.</summary>
internal readonly record struct TopKFinish(nint Keys, nint Counts, nint HeldScores, nint HeldRows, nint Scores, nint Rows, long Capacity, long FirstRow, int Kept, int Wanted);
