namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of pair_gradient.cu.</summary>
internal readonly record struct PairGradient(nint X, nint Prototypes, nint Positives, nint Negatives, nint Towards, nint Away, nint Dx, nint Dprototypes,
    int Count, int Rows, int PerRow, int Packs, int Cosine);
