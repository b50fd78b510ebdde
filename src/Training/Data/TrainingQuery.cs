using Retrieval.Datasets.Reconstructions;

namespace Retrieval.Training.Data;

/// <summary>An image that can be a query and the images that can be its positive.</summary>
/// <param name="Image">The image's number.</param>
/// <param name="Positives">The candidates' numbers; where there are 3-D models, those taken nearest to the query come first.</param>
public sealed record TrainingQuery(int Image, IReadOnlyList<int> Positives)
{
    /// <summary>What the query has in common with each of <see cref="Positives"/>; null where no 3-D points are known.</summary>
    public IReadOnlyList<CoVisibility>? CoVisibilities { get; init; }
}
