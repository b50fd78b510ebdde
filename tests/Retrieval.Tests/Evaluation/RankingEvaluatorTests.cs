using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Xunit;

namespace Retrieval.Tests.Evaluation;

public sealed class RankingEvaluatorTests
{
    private static readonly Protocol Protocol = new("leave one out", "letters") { Dimension = 8 };

    [Fact]
    public void Leave_one_out_ignores_the_querys_own_entry()
    {
        var evaluator = new RankingEvaluator(LabelGroundTruth.LeaveOneOut([0, 0, 1, 1]), ScoringRules.ClassRetrieval);
        evaluator.AddRows(0, [0, 1, 2, 3, 1, 2, 0, 3, 2, 3, 0, 1, 0, 1, 3, 2], 4);
        var figures = evaluator.Figures(Protocol);
        Assert.Equal([1, 0.5, 1, 1 / 3.0], figures.Queries.Select(query => query.AveragePrecision));
        Assert.Equal(0.5, figures.Recall(1));
        Assert.Equal(0.75, figures.Recall(2));
        Assert.Equal([0.5, 0.75, 1, 1], figures.RankCurve(4));
    }

    [Fact]
    public void Outside_queries_use_the_whole_database()
    {
        var evaluator = new RankingEvaluator(LabelGroundTruth.Between([1], [0, 1, 1]), ScoringRules.ClassRetrieval);
        evaluator.Add(0, [1, 2, 0]);
        Assert.Equal(1, evaluator.Figures(Protocol).MeanAveragePrecision);
    }

    [Fact]
    public void A_positive_beyond_the_cut_is_not_retrieved_and_the_figures_say_so()
    {
        var evaluator = new RankingEvaluator(new ListedGroundTruth(10, [[0, 9], [3]]), ScoringRules.Landmarks with { RecallAt = [1] });
        evaluator.AddRows(0, [0, 1, 2, 1, 2, 3], 3);
        var figures = evaluator.Figures(Protocol);
        Assert.Equal((3, 10, 1L), (figures.Depth, figures.DatabaseCount, figures.PositivesBeyondDepth));
        Assert.Equal(0.5, figures.Queries[0].AveragePrecision);
        Assert.Equal(
            "mAP 33.33 (trapezoid), mP@1 50.00, mP@5 26.67, mP@10 21.67, R@1 50.00 "
            + "[leave one out; letters; 8-d; scale 1; no whitening; 2 queries, 0 without positives; 10 images; "
            + "rankings cut at 3, 1 positives beyond count as not retrieved]",
            figures.ToString());
    }

    [Fact]
    public void A_shorter_row_is_filled_up_with_negative_ids()
    {
        var evaluator = new RankingEvaluator(new ListedGroundTruth(4, [[0], [1]]), ScoringRules.Landmarks);
        evaluator.AddRows(0, [2, 0, -1, 3, 2, 1], 3);
        var figures = evaluator.Figures(Protocol);
        Assert.Equal(2, figures.Depth);
        Assert.Equal([2, 3], figures.Queries.Select(query => query.FirstPlace!.Value));
    }

    [Theory]
    [InlineData(false, 1.0)]
    [InlineData(true, 0.5)]
    public void A_query_without_positives_is_left_out_or_a_miss(bool miss, double recall)
    {
        var evaluator = new RankingEvaluator(
            new ListedGroundTruth(2, [[0], []]), new ScoringRules { RecallAt = [1], QueriesWithoutPositivesMiss = miss });
        evaluator.AddRows(0, [0, 1, 0, 1], 2);
        var figures = evaluator.Figures(Protocol);
        Assert.Equal(recall, figures.Recall(1));
        Assert.Equal(1, figures.MeanAveragePrecision);
        Assert.Equal(1, figures.ScoredQueryCount);
        Assert.True(double.IsNaN(figures.Queries[1].AveragePrecision));
    }

    [Fact]
    public void Without_any_positive_the_means_are_not_numbers()
    {
        var evaluator = new RankingEvaluator(new ListedGroundTruth(2, [[]]), ScoringRules.Landmarks);
        evaluator.Add(0, [0, 1]);
        var figures = evaluator.Figures(Protocol);
        Assert.True(double.IsNaN(figures.MeanAveragePrecision) && double.IsNaN(figures.MeanPrecision[0]) && double.IsNaN(figures.Recall(1)));
    }

    [Theory]
    [InlineData(new[] { 0L, 5 }, "names image 5 of 3")]
    [InlineData(new[] { 0L, 0, 1 }, "image 0 occurs twice")]
    [InlineData(new[] { 0L, 2, 1, 0 }, "4 places, but the database holds 3")]
    public void An_impossible_ranking_is_refused(long[] ranking, string complaint)
    {
        var evaluator = new RankingEvaluator(new ListedGroundTruth(3, [[0, 1]]), ScoringRules.Landmarks);
        Assert.Contains(complaint, Assert.Throws<ArgumentException>(() => evaluator.Add(0, ranking)).Message);
    }

    [Fact]
    public void Each_query_comes_once()
    {
        var evaluator = new RankingEvaluator(new ListedGroundTruth(2, [[0], [1]]), ScoringRules.Landmarks);
        evaluator.Add(1, [0, 1]);
        Assert.Contains("query 1 was scored before", Assert.Throws<ArgumentException>(() => evaluator.Add(1, [0, 1])).Message);
        Assert.Contains("no ranking for query 0", Assert.Throws<InvalidOperationException>(() => evaluator.Figures(Protocol)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4, 2)]
    [InlineData(1, 1)]
    public void Cutoffs_ascend_from_1(params int[] cutoffs) =>
        Assert.Throws<ArgumentException>(() => new RankingEvaluator(new ListedGroundTruth(1, []), new ScoringRules { RecallAt = cutoffs }));

    [Fact]
    public void Listed_indices_are_checked()
    {
        Assert.Contains("lists image 3", Assert.Throws<ArgumentException>(() => new ListedGroundTruth(3, [[3]])).Message);
        Assert.Contains("image 1 twice", Assert.Throws<ArgumentException>(() => new ListedGroundTruth(3, [[1]], [[1]])).Message);
        Assert.Contains("for 1 queries, junk for 0", Assert.Throws<ArgumentException>(() => new ListedGroundTruth(3, [[1]], [])).Message);
        Assert.Contains("hard for 0", Assert.Throws<ArgumentException>(() => new RevisitedGroundTruth(3, [[1]], [], [[]])).Message);
    }

    [Fact]
    public void Protocol_is_one_line()
    {
        var protocol = new Protocol("revisited Oxford", "oxford5k")
        {
            Variant = "medium",
            Descriptor = "ResNet-50 GeM",
            Dimension = 512,
            Scales = [1, Math.Sqrt(0.5), 0.5],
            Whitening = "Lw",
        };
        Assert.Equal("revisited Oxford, medium; oxford5k; ResNet-50 GeM; 512-d; scales 1, 0.7071, 0.5; whitening Lw", protocol.ToString());
    }
}
