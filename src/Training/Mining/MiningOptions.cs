namespace Retrieval.Training.Mining;

/// <summary>How each epoch's tuples are chosen.</summary>
/// <param name="Queries">Queries an epoch (2,000 in the paper); all that exist when there are fewer.</param>
/// <param name="Pool">Random images among which negatives are searched (22,000 in the paper); all that exist when there are fewer.</param>
/// <param name="Negatives">Negatives of each query (5 in the paper).</param>
/// <param name="DistinctClusters">At most one negative of each cluster (rule N2) or any (N1).</param>
/// <param name="Positives">Which candidate positive is taken.</param>
public sealed record MiningOptions(int Queries = 2000, int Pool = 22000, int Negatives = 5, bool DistinctClusters = true, PositiveRule Positives = PositiveRule.Random)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (Queries < 1)
            throw new ArgumentException($"queries: expected 1 or more an epoch, got {Queries}");
        if (Pool < 1)
            throw new ArgumentException($"pool: expected 1 image or more, got {Pool}");
        if (Negatives is < 1 or > 1000)
            throw new ArgumentException($"negatives: expected 1 to 1000, got {Negatives}");
    }
}
