namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of centroid_triplet.cu, prototypes.</summary>
internal readonly record struct CentroidPrototypes(nint X, nint Real, nint Prototypes, nint Members, int Identities, int Slots, int Packs);
