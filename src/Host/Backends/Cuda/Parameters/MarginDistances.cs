namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of margin_loss.cu, distances.</summary>
internal readonly record struct MarginDistances(nint X, nint Positives, nint Negatives, nint PositiveDistances, nint NegativeDistances, nint Fault,
    long Pairs, int Rows, int Dimension, int PerRow, float Epsilon);
