namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_hard.cu, mine.</summary>
internal readonly record struct BatchHardMine(nint X, nint Prototypes, nint Labels, nint Members, nint PositiveKeys, nint NegativeKeys,
    int Count, int Dimension, int Groups, int PrototypesOnly, int Cosine);
