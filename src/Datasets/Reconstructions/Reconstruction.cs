namespace Retrieval.Datasets.Reconstructions;

/// <summary>A 3-D model of one scene, as far as training needs it: which image shows which of its points, and how large.</summary>
/// <param name="Name">The scene's name.</param>
/// <param name="Views">The images that belong to it.</param>
public sealed record Reconstruction(string Name, IReadOnlyList<ReconstructedView> Views);
