using System.Globalization;
using System.Text.RegularExpressions;
using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Evaluation;

public sealed class LandmarkOracleTests
{
    private static readonly Protocol Protocol = new("oracle", "oracle");

    [Theory]
    [OracleData("average_precision")]
    public void Trapezoid_average_precision(string path)
    {
        var oracle = OracleCase.Load(path);
        oracle.Check("out.ap", [AveragePrecision.Trapezoid(oracle.Integers("in.positive_ranks"), oracle.Integer("positives_total"))]);
    }

    [Theory]
    [OracleData("oxford_map")]
    public void Oxford(string path)
    {
        var oracle = OracleCase.Load(path);
        var rankings = oracle.Columns("in.ranks");
        var truth = new ListedGroundTruth(rankings[0].Length, oracle.Lists("in.ok"), oracle.Lists("in.junk"));
        var evaluator = new RankingEvaluator(truth, Rules(oracle));
        evaluator.AddRows(0, rankings.SelectMany(ranking => ranking).ToArray(), rankings[0].Length);
        CheckFigures(oracle, "out.", evaluator.Figures(Protocol));
    }

    [Theory]
    [OracleData("revisited_map")]
    public void Revisited(string path)
    {
        var oracle = OracleCase.Load(path);
        var evaluator = Evaluate(oracle);
        foreach (var difficulty in Enum.GetValues<Difficulty>())
        {
            var name = difficulty.ToString().ToLowerInvariant();
            var figures = evaluator.Figures(difficulty, Protocol);
            CheckFigures(oracle, $"out.{name}.", figures);
            Assert.Equal(name, figures.Protocol.Variant);
        }
    }

    [Theory]
    [OracleData("revisited_map")]
    public void Revisited_as_the_published_code_prints_it(string path)
    {
        var oracle = OracleCase.Load(path);
        var evaluator = Evaluate(oracle);
        var printed = Regex.Matches(oracle.Text("printed").Split('\n')[0], @"[EMH]: ([\d.]+)")
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        var computed = Enum.GetValues<Difficulty>().Select(difficulty => Math.Round(100 * evaluator.Figures(difficulty, Protocol).MeanAveragePrecision, 2));
        Assert.Equal(printed, computed);
    }

    private static RevisitedEvaluator Evaluate(OracleCase oracle)
    {
        var rankings = oracle.Columns("in.ranks");
        var truth = new RevisitedGroundTruth(rankings[0].Length, oracle.Lists("in.easy"), oracle.Lists("in.hard"), oracle.Lists("in.junk"));
        var evaluator = new RevisitedEvaluator(truth, Rules(oracle));
        for (var query = 0; query < rankings.Length; query++)
            evaluator.Add(query, rankings[query]);
        return evaluator;
    }

    private static ScoringRules Rules(OracleCase oracle) => ScoringRules.Landmarks with { PrecisionAt = [.. oracle.List("kappas").Select(k => (int)k)] };

    private static void CheckFigures(OracleCase oracle, string prefix, RetrievalFigures figures)
    {
        oracle.Check(prefix + "map", [figures.MeanAveragePrecision]);
        oracle.Check(prefix + "ap", figures.Queries.Select(query => query.AveragePrecision).ToArray());
        oracle.Check(prefix + "mp_at_k", figures.MeanPrecision);
        oracle.Check(prefix + "p_at_k", figures.Queries.SelectMany(query => query.Precision).ToArray());
        Assert.Equal(0, figures.PositivesBeyondDepth);
    }
}
