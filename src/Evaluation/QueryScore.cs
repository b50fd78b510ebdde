namespace Retrieval.Evaluation;

/// <summary>One query's share in the figures.</summary>
/// <param name="Query">Index of the query.</param>
/// <param name="PositiveCount">Right answers in the database; without any, AP and precisions are NaN.</param>
/// <param name="RetrievedCount">Right answers inside the ranking that was given.</param>
/// <param name="FirstPlace">Place of the first right answer, from 1 with junk taken out; null if none was retrieved.</param>
/// <param name="AveragePrecision">In [0, 1].</param>
/// <param name="Precision">In [0, 1], one value for each cut-off of <see cref="ScoringRules.PrecisionAt"/>.</param>
public sealed record QueryScore(
    int Query,
    int PositiveCount,
    int RetrievedCount,
    int? FirstPlace,
    double AveragePrecision,
    IReadOnlyList<double> Precision);
