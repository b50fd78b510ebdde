namespace Retrieval.Host;

/// <summary>How far two rows a and b are apart.</summary>
public enum PairDistance
{
    /// <summary>sqrt( max(|a - b|^2, 1e-12) ); no gradient where the bound holds.</summary>
    Euclidean,

    /// <summary>|a - b|^2.</summary>
    SquaredEuclidean,

    /// <summary>max(1 - a . b, 1e-12) for rows of unit length; no gradient where the bound holds.</summary>
    Cosine,
}
