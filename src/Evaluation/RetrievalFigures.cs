using System.Globalization;
using System.Text;

namespace Retrieval.Evaluation;

/// <summary>A benchmark's figures, with the protocol and the depth of the rankings that they come from.</summary>
/// <remarks>Shares are in [0, 1]; the printed line gives percent. A mean over no query is NaN.</remarks>
public sealed class RetrievalFigures
{
    internal RetrievalFigures(Protocol protocol, ScoringRules rules, IReadOnlyList<QueryScore> queries, int databaseCount, int depth)
    {
        Protocol = protocol;
        Rules = rules;
        Queries = queries;
        DatabaseCount = databaseCount;
        Depth = depth;
        ScoredQueryCount = queries.Count(HasPositives);
        PositivesBeyondDepth = queries.Sum(query => (long)query.PositiveCount - query.RetrievedCount);
        MeanAveragePrecision = Mean(query => query.AveragePrecision);
        MeanPrecision = [.. Enumerable.Range(0, rules.PrecisionAt.Count).Select(i => Mean(query => query.Precision[i]))];
    }

    public Protocol Protocol { get; }

    public ScoringRules Rules { get; }

    /// <summary>Every query's own score, by query index.</summary>
    public IReadOnlyList<QueryScore> Queries { get; }

    /// <summary>Queries that have a positive in the database; means are over these.</summary>
    public int ScoredQueryCount { get; }

    public int DatabaseCount { get; }

    /// <summary>Places in the shortest ranking given: <see cref="DatabaseCount"/> when none was cut.</summary>
    public int Depth { get; }

    /// <summary>
    /// Positives outside the rankings, which count as not retrieved. When there are none, the figures equal the full ordering's.
    /// </summary>
    public long PositivesBeyondDepth { get; }

    public double MeanAveragePrecision { get; }

    /// <summary>mP@k, one for each cut-off of <see cref="ScoringRules.PrecisionAt"/>.</summary>
    public IReadOnlyList<double> MeanPrecision { get; }

    /// <summary>
    /// Recall@k: share of queries with at least one positive among the first k answers, junk taken out. In re-identification
    /// this is place k of the cumulative matching curve.
    /// </summary>
    public double Recall(int k)
    {
        var queryCount = Rules.QueriesWithoutPositivesMiss ? Queries.Count : ScoredQueryCount;
        return queryCount == 0 ? double.NaN : (double)Queries.Count(query => query.FirstPlace <= k) / queryCount;
    }

    /// <summary>Recall@1..places: the cumulative matching curve.</summary>
    public double[] RankCurve(int places)
    {
        var curve = new double[places];
        for (var k = 1; k <= places; k++)
            curve[k - 1] = Recall(k);
        return curve;
    }

    /// <summary>The figures in percent and what they come from, on one line.</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        line.Append(culture, $"mAP {Percent(MeanAveragePrecision)} ({(Rules.Integration == ApIntegration.Trapezoid ? "trapezoid" : "rectangle")})");
        for (var i = 0; i < MeanPrecision.Count; i++)
            line.Append(culture, $", mP@{Rules.PrecisionAt[i]} {Percent(MeanPrecision[i])}");
        foreach (var k in Rules.RecallAt)
            line.Append(culture, $", R@{k} {Percent(Recall(k))}");
        line.Append(culture, $" [{Protocol}; {Queries.Count} queries, {Queries.Count - ScoredQueryCount} without positives; {DatabaseCount} images");
        if (PositivesBeyondDepth > 0)
            line.Append(culture, $"; rankings cut at {Depth}, {PositivesBeyondDepth} positives beyond count as not retrieved");
        return line.Append(']').ToString();
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);

    private static bool HasPositives(QueryScore query) => query.PositiveCount > 0;

    private double Mean(Func<QueryScore, double> figure) =>
        ScoredQueryCount == 0 ? double.NaN : Queries.Where(HasPositives).Average(figure);
}
