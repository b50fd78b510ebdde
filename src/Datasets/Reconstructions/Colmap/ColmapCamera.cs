namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>What is needed of a camera.</summary>
/// <param name="Id">Its number.</param>
/// <param name="FocalLength">In pixels; the mean of two.</param>
internal readonly record struct ColmapCamera(uint Id, double FocalLength);
