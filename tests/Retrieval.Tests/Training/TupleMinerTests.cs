using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Mining;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class TupleMinerTests : IDisposable
{
    private const int Classes = 7, PerClass = 4, Count = Classes * PerClass;

    private static readonly TupleDataset Data = StripedImages.Dataset(Classes, PerClass);
    private static readonly MiningOptions Everything = new(Queries: Count, Pool: Count, Negatives: 3);

    private readonly Device _device = Device.OpenCpu(1);
    private readonly RetrievalModel _model;
    private readonly float[][] _rows;

    public TupleMinerTests()
    {
        _model = new RetrievalModel(new DescriptorNetwork(_device, ResNetTests.Small(PoolingKind.Gem)));
        WeightInitializer.Initialize(_model.Network.Parameters, seed: 2);
        var extractor = new DescriptorExtractor(_model, new ExtractionOptions());
        _rows = [.. extractor.ExtractAll(Data.Images, [.. Enumerable.Range(0, Count)]).Chunk(extractor.Dimension)];
    }

    public void Dispose()
    {
        _model.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(PositiveRule.Nearest)]
    [InlineData(PositiveRule.Farthest)]
    public void The_positive_is_the_one_of_the_rule(PositiveRule rule)
    {
        var mined = Miner(Everything with { Positives = rule }).Mine(0);
        Assert.Equal(Enumerable.Range(0, Count), mined.Tuples.Select(tuple => tuple.Query).Order());
        foreach (var tuple in mined.Tuples)
        {
            var mates = Enumerable.Range(0, Count).Where(image => image != tuple.Query && Data.Clusters[image] == Data.Clusters[tuple.Query]);
            var sorted = mates.OrderBy(mate => Distance(tuple.Query, mate)).ToArray();
            Assert.Equal(rule == PositiveRule.Nearest ? sorted[0] : sorted[^1], tuple.Positive);
        }
    }

    [Fact]
    public void A_random_positive_is_any_of_the_candidates()
    {
        var miner = Miner(Everything);
        var drawn = Enumerable.Range(0, 12).SelectMany(epoch => miner.Mine(epoch).Tuples).Where(tuple => tuple.Query == 5).Select(tuple => tuple.Positive).ToArray();
        Assert.Equal(12, drawn.Length);
        Assert.Equal([4, 6, 7], drawn.Distinct().Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Negatives_are_the_hardest_of_other_clusters(bool distinctClusters)
    {
        foreach (var tuple in Miner(Everything with { DistinctClusters = distinctClusters }).Mine(3).Tuples)
        {
            var hardest = Enumerable.Range(0, Count).Where(image => Data.Clusters[image] != Data.Clusters[tuple.Query]).OrderBy(image => Distance(tuple.Query, image));
            Assert.Equal((distinctClusters ? hardest.DistinctBy(image => Data.Clusters[image]) : hardest).Take(3), tuple.Negatives);
        }
    }

    [Fact]
    public void Seed_and_epoch_decide_everything()
    {
        var options = Everything with { Queries = 5, Pool = 20 };
        string Tuples(int epoch, ulong seed) => string.Join(' ', Miner(options, seed: seed).Mine(epoch).Tuples.Select(tuple => string.Join(',', tuple.Images)));
        Assert.Equal(Tuples(2, 1), Tuples(2, 1));
        Assert.NotEqual(Tuples(2, 1), Tuples(3, 1));
        Assert.NotEqual(Tuples(2, 1), Tuples(2, 4));
    }

    [Fact]
    public void Distances_are_those_of_the_tuples()
    {
        var mined = Miner(Everything with { Queries = 9 }).Mine(0);
        Assert.Equal(9, mined.Tuples.Count);
        Assert.Equal(mined.Tuples.Average(tuple => Distance(tuple.Query, tuple.Positive)), mined.MeanPositiveDistance, 1e-5);
        Assert.Equal(mined.Tuples.Average(tuple => tuple.Negatives.Average(negative => Distance(tuple.Query, negative))), mined.MeanNegativeDistance, 1e-5);
    }

    [Theory]
    [InlineData(PositiveRule.Random)]
    [InlineData(PositiveRule.Nearest)]
    public void Unreadable_images_are_in_no_tuple(PositiveRule rule)
    {
        // All of class 2 but one: it is left without a positive.
        int[] broken = [3, 8, 9, 10, 20];
        var mined = Miner(Everything with { Positives = rule }, data: Broken(broken)).Mine(1);
        Assert.Equal(broken.Select(image => Data.Images.Name(image)), mined.Failures.Items.Select(failure => failure.Path));
        Assert.All(mined.Tuples, tuple => Assert.Empty(tuple.Images.Intersect(broken)));
        var queries = mined.Tuples.Select(tuple => tuple.Query).ToArray();
        Assert.DoesNotContain(11, queries);
        if (rule == PositiveRule.Nearest)
            Assert.Equal(Enumerable.Range(0, Count).Except([.. broken, 11]), queries.Order());
    }

    [Fact]
    public void When_nothing_can_be_read_it_says_so()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Miner(Everything, data: Broken([.. Enumerable.Range(0, Count)])).Mine(0));
        Assert.Contains("striped/0000: torn", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_of_unreadable_images_gives_too_few_negatives()
    {
        // Classes 0 and 1 stay; the pool has no third cluster.
        var exception = Assert.Throws<ArgumentException>(() => Miner(Everything, data: Broken([.. Enumerable.Range(8, Count - 8)])).Mine(0));
        Assert.Contains("larger pool", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_negatives_than_clusters_are_refused_before_any_work()
    {
        Miner(Everything with { Negatives = Classes - 1 }).Mine(0);
        var exception = Assert.Throws<ArgumentException>(() => Miner(Everything with { Negatives = Classes }));
        Assert.Contains("only 6 clusters", exception.Message, StringComparison.Ordinal);
        Assert.Equal(Classes, Miner(Everything with { Negatives = Classes, DistinctClusters = false }).Mine(0).Tuples[0].Negatives.Count);
    }

    private TupleMiner Miner(MiningOptions options, TupleDataset? data = null, ulong seed = 1) =>
        new(_model, data ?? Data, options, new ExtractionOptions(8, 1), seed);

    private static TupleDataset Broken(int[] broken) => Data with { Images = new TornImages(Data.Images, broken) };

    private double Distance(int image, int other) => TensorPrimitives.Distance<float>(_rows[image], _rows[other]);

    /// <summary>A source some of whose images cannot be read.</summary>
    private sealed class TornImages(IImageSource images, int[] torn) : IImageSource
    {
        public int Count => images.Count;

        public string Name(int index) => images.Name(index);

        public RgbImage Load(int index) => torn.Contains(index) ? throw new InvalidDataException($"{Name(index)}: torn") : images.Load(index);
    }
}
