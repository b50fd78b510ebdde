using System.Numerics.Tensors;
using Retrieval.Datasets.Reconstructions;
using Retrieval.Datasets.World;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Mining;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>The rules for positives and negatives of the TPAMI 2018 paper on 3-D models, held against their definitions.</summary>
public sealed class ReconstructionTuplesTests : IDisposable
{
    private const int Landmarks = 5, ViewsPerLandmark = 8, Count = Landmarks * ViewsPerLandmark;

    private static readonly GeneratedWorld World = GeneratedWorld.Create(new WorldOptions
    {
        Landmarks = Landmarks, ViewsPerLandmark = ViewsPerLandmark, ImageWidth = 24, ImageHeight = 24, PointsPerLandmark = 64, Difficulty = 1, Seed = 3,
    });

    private static readonly ReconstructedView[] Views = [.. Enumerable.Range(0, Landmarks).SelectMany(landmark => World.ModelOf(landmark).Views)];
    private static readonly TupleDataset Data = ReconstructionTuples.Of([.. Enumerable.Range(0, Landmarks).Select(World.ModelOf)],
        new MemoryImageSource([.. Enumerable.Range(0, Count).Select(World.Render)], index => World.Views[index].Name));

    private static readonly MiningOptions Everything = new(Queries: Count, Pool: Count, Negatives: 3);

    private readonly Device _device = Device.OpenCpu(1);
    private readonly RetrievalModel _model;
    private readonly float[][] _rows;

    public ReconstructionTuplesTests()
    {
        _model = new RetrievalModel(new DescriptorNetwork(_device, ResNetTests.Small(PoolingKind.Gem)));
        WeightInitializer.Initialize(_model.Network.Parameters, seed: 2);
        using var extractor = new DescriptorExtractor(_model, new ExtractionOptions());
        _rows = [.. extractor.ExtractAll(Data.Images, [.. Enumerable.Range(0, Count)]).Chunk(extractor.Dimension)];
    }

    public void Dispose()
    {
        _model.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void A_model_is_a_cluster_and_candidates_share_points()
    {
        Assert.Equal(Enumerable.Range(0, Count).Select(image => image / ViewsPerLandmark), Data.Clusters);
        foreach (var query in Data.Queries)
        {
            Assert.Equal(Mates(query.Image).Where(mate => Seen(query.Image, mate).CommonPoints > 0).Order(), query.Positives.Order());
            Assert.Equal(query.Positives.Select(positive => Seen(query.Image, positive)), query.CoVisibilities);
            Assert.Equal(query.Positives.Order(Comparer<int>.Create((a, b) => Away(query.Image, a).CompareTo(Away(query.Image, b)))), query.Positives);
        }
    }

    [Theory]
    [InlineData(PositiveRule.Nearest, 3)]
    [InlineData(PositiveRule.Nearest, 100)]
    [InlineData(PositiveRule.Farthest, 3)]
    [InlineData(PositiveRule.MostCommon, 2)]
    [InlineData(PositiveRule.MostCommon, 100)]
    public void Chosen_among_the_cameras_neighbours(PositiveRule rule, int neighbours)
    {
        var tuples = Mine(Everything with { Positives = rule, Neighbours = neighbours }, 0);
        Assert.Equal(Data.Queries.Select(query => query.Image), tuples.Select(tuple => tuple.Query).Order());
        foreach (var tuple in tuples)
        {
            var near = Mates(tuple.Query).Where(mate => Seen(tuple.Query, mate).CommonPoints > 0).OrderBy(mate => Away(tuple.Query, mate)).Take(neighbours).ToArray();
            var expected = rule switch
            {
                PositiveRule.Nearest => near.MinBy(mate => Distance(tuple.Query, mate)),
                PositiveRule.Farthest => near.MaxBy(mate => Distance(tuple.Query, mate)),
                _ => near.MaxBy(mate => Seen(tuple.Query, mate).CommonPoints),
            };
            Assert.Equal(expected, tuple.Positive);
        }
    }

    [Theory]
    [InlineData(0.2, 1.5)]
    [InlineData(0.5, 1.2)]
    public void Random_ones_show_enough_at_a_similar_size(double overlap, double scaleChange)
    {
        var allowed = Enumerable.Range(0, Count).ToDictionary(query => query, query => Mates(query).Where(mate => Seen(query, mate).IsRelaxedPositive(overlap, scaleChange)).ToHashSet());
        var drawn = Enumerable.Range(0, 30).SelectMany(epoch => Mine(Everything with { Overlap = overlap, ScaleChange = scaleChange }, epoch)).ToLookup(tuple => tuple.Query, tuple => tuple.Positive);
        Assert.InRange(allowed.Count(pair => pair.Value.Count == 0), 1, Count - 1);
        foreach (var (query, mates) in allowed)
        {
            Assert.Empty(drawn[query].Except(mates));
            Assert.Equal(mates.Count > 0, drawn[query].Any());
        }
        Assert.Equal(allowed.Sum(pair => pair.Value.Count), allowed.Sum(pair => drawn[pair.Key].Distinct().Count()), 0.1 * Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Negatives_come_from_other_models(bool distinct)
    {
        foreach (var tuple in Mine(Everything with { DistinctClusters = distinct }, 1))
        {
            var hardest = Enumerable.Range(0, Count).Where(image => image / ViewsPerLandmark != tuple.Query / ViewsPerLandmark).OrderBy(image => Distance(tuple.Query, image));
            Assert.Equal((distinct ? hardest.DistinctBy(image => image / ViewsPerLandmark) : hardest).Take(3), tuple.Negatives);
        }
    }

    [Fact]
    public void Without_points_the_most_common_are_refused()
    {
        var plain = TupleDataset.FromLabels(Data.Images, Data.Clusters);
        Assert.StartsWith("positives: mostCommon needs the 3-D points", Refused(plain, Everything with { Positives = PositiveRule.MostCommon }), StringComparison.Ordinal);
        Assert.StartsWith("positives: none of ", Refused(Data, Everything with { Overlap = 0.99, ScaleChange = 1.001 }), StringComparison.Ordinal);
    }

    [Fact]
    public void One_model_alone_is_refused() =>
        Assert.Contains("at least two 3-D models", Assert.Throws<ArgumentException>(() => ReconstructionTuples.Of([World.ModelOf(0)], new MemoryImageSource([.. Enumerable.Range(0, ViewsPerLandmark).Select(World.Render)]))).Message, StringComparison.Ordinal);

    private static IEnumerable<int> Mates(int query) => World.Positives(query);

    private static CoVisibility Seen(int query, int other) => CoVisibility.Between(Views[query].Points, Views[other].Points);

    private static double Away(int query, int other) => Views[query].Centre.SquaredDistance(Views[other].Centre);

    private double Distance(int image, int other) => TensorPrimitives.Distance<float>(_rows[image], _rows[other]);

    private IReadOnlyList<TrainingTuple> Mine(MiningOptions options, int epoch)
    {
        using var miner = new TupleMiner(_model, Data, options, new ExtractionOptions(8, 1), seed: 1);
        return miner.Mine(epoch).Tuples;
    }

    private string Refused(TupleDataset data, MiningOptions options) => Assert.Throws<ArgumentException>(() => new TupleMiner(_model, data, options, new ExtractionOptions(8, 1), seed: 1)).Message;
}
