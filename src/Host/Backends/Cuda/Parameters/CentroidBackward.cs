namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of centroid_triplet.cu, backward.</summary>
internal readonly record struct CentroidBackward(nint Dprototypes, nint Real, nint Members, nint Dx, int Identities, int Slots, int Packs);
