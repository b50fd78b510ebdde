using Retrieval.Host;
using Retrieval.Tests.Support;
using Retrieval.Training.Mining;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class NegativeMinerTests
{
    [Theory]
    [OracleData("sfm_negatives")]
    public void Negatives_are_those_of_the_reference(string path)
    {
        var oracle = OracleCase.Load(path);
        var descriptors = oracle.Floats("in.descriptors");
        var dimension = oracle.Shape("in.descriptors")[1];
        int[] clusters = oracle.Integers("in.cluster"), draw = oracle.Integers("in.query_draw"), pool = oracle.Integers("in.image_draw");
        int[] queries = [.. draw.Select(index => oracle.Integers("in.query_pool")[index])], positives = [.. draw.Select(index => oracle.Integers("in.positive_pool")[index])];
        oracle.CheckEqual("out.query_index", queries);
        oracle.CheckEqual("out.positive_index", positives);

        using var device = Device.OpenCpu();
        var mined = new NegativeMiner(device, oracle.Integer("negatives")).Mine(Rows(queries), Clusters(queries), Rows(pool), Clusters(pool));

        var negatives = mined.SelectMany(row => row).Select(position => pool[position]).ToArray();
        oracle.CheckEqual("out.negative_index", negatives);
        var epsilon = oracle.Number("distance_eps");
        var distance = negatives.Index().Average(pair => Distance(queries[pair.Index / oracle.Integer("negatives")], pair.Item));
        oracle.Check("out.mean_negative_distance", [distance]);

        float[] Rows(int[] images) => [.. images.SelectMany(image => descriptors.Skip(image * dimension).Take(dimension))];
        int[] Clusters(int[] images) => [.. images.Select(image => clusters[image])];
        double Distance(int a, int b) => Math.Sqrt(Enumerable.Range(0, dimension)
            .Sum(d => Math.Pow((double)descriptors[(a * dimension) + d] - descriptors[(b * dimension) + d] + epsilon, 2)));
    }

    [Fact]
    public void Without_the_cluster_rule_several_negatives_come_from_one_cluster()
    {
        using var device = Device.OpenCpu(1);
        float[] pool = [1, 0, 0.9f, 0.1f, 0.8f, 0.2f, 0, 1];
        int[] clusters = [7, 8, 8, 9];
        Assert.Equal([1, 2], new NegativeMiner(device, 2, distinctClusters: false).Mine([1, 0], [7], pool, clusters)[0]);
        Assert.Equal([1, 3], new NegativeMiner(device, 2).Mine([1, 0], [7], pool, clusters)[0]);
    }

    [Fact]
    public void A_pool_with_too_few_clusters_is_refused_in_one_line()
    {
        using var device = Device.OpenCpu(1);
        var exception = Assert.Throws<ArgumentException>(() => new NegativeMiner(device, 3).Mine([1, 0], [7], [1, 0, 0, 1, 1, 1], [7, 8, 8]));
        Assert.Contains("larger pool", exception.Message, StringComparison.Ordinal);
    }
}
