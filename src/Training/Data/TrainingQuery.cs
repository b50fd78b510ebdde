namespace Retrieval.Training.Data;

/// <summary>An image that can be a query and the images that can be its positive.</summary>
public sealed record TrainingQuery(int Image, IReadOnlyList<int> Positives);
