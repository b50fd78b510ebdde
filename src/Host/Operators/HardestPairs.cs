namespace Retrieval.Host;

/// <summary>Receives what batch-hard mining found for each of R rows. <c>default</c> asks for nothing.</summary>
/// <param name="Positives">Int32 [R]: the farthest row of the same label, the lowest of equals; -1 for a row that takes no part.</param>
/// <param name="Negatives">Int32 [R]: the nearest row of another label, the lowest of equals; -1 where there is none.</param>
/// <param name="PositiveDistances">[R]; 0 where there is no such row.</param>
/// <param name="NegativeDistances">[R]; 0 where there is no such row.</param>
public readonly record struct HardestPairs(Tensor Positives, Tensor Negatives, Tensor PositiveDistances, Tensor NegativeDistances)
{
    internal bool AreWanted => !Positives.IsNone;
}
