using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Evaluation;

public sealed class CopyOracleTests
{
    private static readonly Protocol Protocol = new("oracle", "oracle");

    [Theory]
    [OracleData("ukbench")]
    public void Ukbench_score(string path)
    {
        var oracle = OracleCase.Load(path);
        var descriptors = Array.ConvertAll(oracle.Vectors("in.descriptors"), Distances.Normalized);
        var evaluator = new RankingEvaluator(Ukbench.GroundTruth(descriptors.Length), Ukbench.Rules);
        var nearest = Array.ConvertAll(descriptors, query => Ordering(query, descriptors)[..Ukbench.GroupSize]);
        oracle.CheckEqual("out.top4_sorted_by_index", nearest.SelectMany(four => four.Order()));
        evaluator.AddRows(0, nearest.SelectMany(four => four).ToArray(), Ukbench.GroupSize);
        var figures = evaluator.Figures(Protocol);
        oracle.Check("out.ns_score", [Ukbench.NsScore(figures)]);
        oracle.CheckEqual("out.hits", figures.Queries.Select(query => query.RetrievedCount));
        oracle.Check("out.recall_at_4", figures.MeanPrecision);
    }

    [Theory]
    [OracleData("holidays")]
    public void Holidays_map(string path)
    {
        var oracle = OracleCase.Load(path);
        var numbers = oracle.Integers("in.image_number");
        var queries = Holidays.QueryIndices(numbers);
        oracle.CheckEqual("out.query", queries);
        var descriptors = oracle.Vectors("in.descriptors");
        var evaluator = new RankingEvaluator(Holidays.GroundTruth(numbers), ScoringRules.Holidays);
        for (var query = 0; query < queries.Length; query++)
        {
            var own = queries[query];
            var ranking = Ordering(descriptors[own], descriptors);
            Assert.Equal(oracle.Rows("out.order")[query], ranking.Where(index => index != own));
            evaluator.Add(query, ranking);
        }
        var figures = evaluator.Figures(Protocol);
        oracle.Check("out.map", [figures.MeanAveragePrecision]);
        oracle.Check("out.ap", figures.Queries.Select(query => query.AveragePrecision).ToArray());
    }

    [Theory]
    [OracleData("recall_at_n")]
    public void Place_recall(string path)
    {
        var oracle = OracleCase.Load(path);
        var database = oracle.Vectors("in.database");
        var truth = new ListedGroundTruth(database.Length, oracle.Lists("in.positives"));
        var evaluator = new RankingEvaluator(truth, ScoringRules.PlaceRecognition);
        var top = oracle.Vectors("in.query").Select(query => Distances.Order(database.Select(row => Distances.SquaredEuclidean(query, row)))[..20]).ToArray();
        oracle.CheckEqual("out.top20", top.SelectMany(ranking => ranking));
        evaluator.AddRows(0, top.SelectMany(ranking => ranking).ToArray(), 20);
        var figures = evaluator.Figures(Protocol);
        oracle.Check("out.recall", oracle.List("n_values").Select(n => figures.Recall((int)n)).ToArray());
    }

    [Fact]
    public void Ukbench_refuses_a_broken_group() =>
        Assert.Contains("got 7 images", Assert.Throws<ArgumentException>(() => Ukbench.GroundTruth(7)).Message);

    [Fact]
    public void Ukbench_refuses_figures_of_other_rules()
    {
        var evaluator = new RankingEvaluator(Ukbench.GroundTruth(4), ScoringRules.Landmarks);
        evaluator.AddRows(0, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], 4);
        Assert.Throws<ArgumentException>(() => Ukbench.NsScore(evaluator.Figures(Protocol)));
    }

    private static long[] Ordering(double[] query, double[][] database) =>
        Distances.Order(database.Select(row => -Distances.InnerProduct(query, row)));
}
