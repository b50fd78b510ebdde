namespace Retrieval.Training.Mining;

/// <summary>How each epoch's tuples are chosen.</summary>
/// <param name="Queries">Queries an epoch (2,000 in the paper); all that exist when there are fewer.</param>
/// <param name="Pool">Random images among which negatives are searched (22,000 in the paper); all that exist when there are fewer.</param>
/// <param name="Negatives">Negatives of each query (5 in the paper).</param>
/// <param name="DistinctClusters">At most one negative of each cluster (rule N2) or any (N1).</param>
/// <param name="Positives">Which candidate positive is taken.</param>
/// <param name="Overlap">With 3-D models, rule m3: a positive shows more than this share of the query's points (0.2 in the paper).</param>
/// <param name="ScaleChange">With 3-D models, rule m3: a positive shows them larger or smaller by less than this factor (1.5 in the paper).</param>
/// <param name="Neighbours">With 3-D models, rules m1 and m2: how many of the candidates that were taken nearest to the query are looked at.</param>
public sealed record MiningOptions(int Queries = 2000, int Pool = 22000, int Negatives = 5, bool DistinctClusters = true, PositiveRule Positives = PositiveRule.Random,
    double Overlap = 0.2, double ScaleChange = 1.5, int Neighbours = 100)
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
        if (Overlap is not (>= 0 and < 1))
            throw new ArgumentException($"overlap: expected 0 to below 1, got {Overlap}");
        if (ScaleChange is not (> 1 and <= 1e6))
            throw new ArgumentException($"scale change: expected above 1 and at most 1e6, got {ScaleChange}");
        if (Neighbours < 1)
            throw new ArgumentException($"neighbours: expected 1 or more, got {Neighbours}");
    }
}
