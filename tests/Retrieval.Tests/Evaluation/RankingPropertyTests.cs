using FsCheck;
using FsCheck.Fluent;
using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Xunit;

namespace Retrieval.Tests.Evaluation;

/// <summary>What must hold for any ranking; a ranking is written as the relevances of its images in order.</summary>
public sealed class RankingPropertyTests
{
    private const int K = 5;
    private const double Rounding = 1e-12;

    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true).WithReplay(20261121UL, 1UL);

    [Theory]
    [InlineData(ApIntegration.Trapezoid)]
    [InlineData(ApIntegration.Rectangle)]
    public void Figures_lie_between_0_and_1(ApIntegration integration) => ForRankings(ranking =>
    {
        var score = Score(ranking, integration);
        return score.AveragePrecision is > 0 and <= 1 && score.Precision[0] is >= 0 and <= 1;
    });

    [Theory]
    [InlineData(ApIntegration.Trapezoid)]
    [InlineData(ApIntegration.Rectangle)]
    public void Only_a_perfect_ranking_scores_1(ApIntegration integration) => ForRankings(ranking =>
    {
        Relevance[] perfect = [.. ranking.OrderBy(relevance => relevance != Relevance.Positive)];
        var kept = ranking.Where(relevance => relevance != Relevance.Junk);
        var isPerfect = kept.SequenceEqual(perfect.Where(relevance => relevance != Relevance.Junk));
        return Score(perfect, integration) is { AveragePrecision: 1, FirstPlace: 1, Precision: [1] }
            && isPerfect == (Score(ranking, integration).AveragePrecision == 1);
    });

    [Theory]
    [InlineData(ApIntegration.Trapezoid)]
    [InlineData(ApIntegration.Rectangle)]
    public void Junk_does_not_count(ApIntegration integration) => ForRankings(ranking =>
        Same(Score(ranking, integration), Score([.. ranking.Where(relevance => relevance != Relevance.Junk)], integration)));

    [Theory]
    [InlineData(ApIntegration.Trapezoid)]
    [InlineData(ApIntegration.Rectangle)]
    public void Nothing_behind_the_last_positive_counts(ApIntegration integration) => ForRankings(ranking =>
    {
        var last = Array.LastIndexOf(ranking, Relevance.Positive);
        var longer = ranking[..(last + 1)].Concat(ranking[(last + 1)..].Reverse()).Append(Relevance.Negative);
        return Same(Score(ranking, integration), Score([.. longer], integration));
    });

    [Theory]
    [InlineData(ApIntegration.Trapezoid)]
    [InlineData(ApIntegration.Rectangle)]
    public void A_positive_that_climbs_never_lowers_the_figure(ApIntegration integration) => ForRankings(ranking =>
        Enumerable.Range(1, ranking.Length - 1)
            .Where(place => ranking[place] == Relevance.Positive && ranking[place - 1] == Relevance.Negative)
            .All(place =>
            {
                var climbed = ranking.ToArray();
                (climbed[place - 1], climbed[place]) = (climbed[place], climbed[place - 1]);
                return Score(climbed, integration).AveragePrecision > Score(ranking, integration).AveragePrecision;
            }));

    [Theory]
    [InlineData(ApIntegration.Trapezoid)]
    [InlineData(ApIntegration.Rectangle)]
    public void A_cut_ranking_gives_a_lower_bound(ApIntegration integration) => ForRankings(ranking =>
    {
        var full = Score(ranking, integration);
        return Enumerable.Range(0, ranking.Length).All(depth =>
        {
            var cut = Score(ranking, integration, depth);
            return cut.RetrievedCount == full.RetrievedCount
                ? Same(cut, full)
                : cut.AveragePrecision < full.AveragePrecision && cut.Precision[0] <= full.Precision[0] + Rounding;
        });
    });

    private static void ForRankings(Func<Relevance[], bool> holds) =>
        Check.One(
            Settings,
            Prop.ForAll(
                ArbMap.Default.ArbFor<Relevance[]>().Filter(ranking => ranking.Contains(Relevance.Positive)),
                holds));

    private static bool Same(QueryScore a, QueryScore b) =>
        a.AveragePrecision == b.AveragePrecision && a.FirstPlace == b.FirstPlace && a.Precision.SequenceEqual(b.Precision);

    private static QueryScore Score(Relevance[] ranking, ApIntegration integration, int? depth = null)
    {
        var truth = new ListedGroundTruth(ranking.Length, [Where(ranking, Relevance.Positive)], [Where(ranking, Relevance.Junk)]);
        var evaluator = new RankingEvaluator(truth, new ScoringRules { Integration = integration, PrecisionAt = [K] });
        evaluator.Add(0, Enumerable.Range(0, depth ?? ranking.Length).Select(index => (long)index).ToArray());
        return evaluator.Figures(new Protocol("property", "random")).Queries[0];
    }

    private static int[] Where(Relevance[] ranking, Relevance wanted) =>
        [.. Enumerable.Range(0, ranking.Length).Where(place => ranking[place] == wanted)];
}
