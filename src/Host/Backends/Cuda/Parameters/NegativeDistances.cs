namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of draw_negatives.cu, distances.</summary>
internal readonly record struct NegativeDistances(nint X, nint Keys, int First, int Rows, int Count, int Dimension);
