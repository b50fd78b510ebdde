namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>A 3-D point.</summary>
internal readonly record struct ColmapPoint(ulong Id, double X, double Y, double Z);
