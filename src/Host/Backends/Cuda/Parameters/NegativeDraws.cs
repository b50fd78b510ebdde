namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of draw_negatives.cu, draw.</summary>
internal readonly record struct NegativeDraws(nint Groups, nint Real, nint Seed, nint Keys, nint Positives, nint Negatives, nint Probabilities,
    int First, int Count, int Dimension, int PerRow, float Cutoff, float Limit);
