namespace Retrieval.Evaluation;

/// <summary>What is computed from a benchmark's rankings, and by which of the field's conventions.</summary>
public sealed record ScoringRules
{
    /// <summary>Revisited Oxford and Paris, and other landmark sets.</summary>
    public static ScoringRules Landmarks { get; } = new() { PrecisionAt = [1, 5, 10] };

    /// <summary>Every image queries the others, or queries of known class search a gallery: Recall@k beside mAP.</summary>
    public static ScoringRules ClassRetrieval { get; } = new() { Integration = ApIntegration.Rectangle, RecallAt = [1, 2, 4, 8] };

    /// <summary>Market-1501 and its kind: the cumulative matching curve's usual places beside mAP.</summary>
    public static ScoringRules Reidentification { get; } = new() { Integration = ApIntegration.Rectangle, RecallAt = [1, 5, 10, 20, 50] };

    /// <summary>Recall@N over all queries, those without any database image in range included (they are misses).</summary>
    public static ScoringRules PlaceRecognition { get; } = new() { RecallAt = [1, 5, 10, 20], QueriesWithoutPositivesMiss = true };

    /// <summary>INRIA Holidays and Copydays: mAP alone.</summary>
    public static ScoringRules Holidays { get; } = new();

    public ApIntegration Integration { get; init; } = ApIntegration.Trapezoid;

    /// <summary>The k of mP@k, ascending.</summary>
    public IReadOnlyList<int> PrecisionAt { get; init; } = [];

    /// <summary>The k that reports print of Recall@k (any other can be asked for), ascending.</summary>
    public IReadOnlyList<int> RecallAt { get; init; } = [];

    /// <summary>Recall counts a query without positives as a miss; otherwise, and for mAP always, it is left out.</summary>
    public bool QueriesWithoutPositivesMiss { get; init; }

    /// <exception cref="ArgumentException">A cut-off is below 1 or the cut-offs do not ascend.</exception>
    public void Validate()
    {
        Validate(PrecisionAt, "precision");
        Validate(RecallAt, "recall");
    }

    private static void Validate(IReadOnlyList<int> cutoffs, string figure)
    {
        for (var i = 0; i < cutoffs.Count; i++)
            if (cutoffs[i] < (i == 0 ? 1 : cutoffs[i - 1] + 1))
                throw new ArgumentException($"{figure} cut-offs must be ascending whole numbers from 1, got {string.Join(", ", cutoffs)}");
    }
}
