namespace Retrieval.Host;

/// <summary>How two descriptors are compared. Scores always rank from high to low.</summary>
public enum SearchMetric
{
    /// <summary>score = q . x</summary>
    InnerProduct,

    /// <summary>score = -|q - x|^2</summary>
    SquaredEuclidean,
}
