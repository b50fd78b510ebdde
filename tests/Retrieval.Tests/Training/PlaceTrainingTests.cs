using Retrieval.Datasets.Places;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training;
using Retrieval.Training.Clustering;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Sampling;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class PlaceTrainingTests
{
    private const int Places = 6, PerPlace = 4, QueriesPerPlace = 2;

    private static readonly PlaceSampling Sampling = new(Queries: 8, FirstQueries: 4, Draws: 5, Negatives: 3, TuplesPerStep: 2, Margin: 4);

    private static readonly TrainingOptions Options = TinyTraining.Options with { Losses = TinyTraining.Loss(new DistanceTripletLoss()), Sampling = Sampling, Statistics = PassMode.FrozenStatistics };

    [Fact]
    public void Positives_are_near_and_negatives_surely_elsewhere()
    {
        var data = Data();
        using var training = Run(data);
        using var source = Sampling.Create(training.Model, data, new ExtractionOptions(4, 2), seed: 3);
        foreach (var epoch in (int[])[0, 1, 2])
        {
            var plan = source.Plan(epoch, null, CancellationToken.None);
            var rows = plan.Batches.SelectMany(batch => batch).ToArray();
            Assert.Equal((epoch == 0 ? 4 : 8) * 5, rows.Length);
            Assert.Equal(rows.Length, rows.Select(row => row.Draw).Distinct().Count());
            foreach (var tuple in rows.Chunk(5))
            {
                Assert.Equal([-1, 1, 0, 0, 0], tuple.Select(row => row.Label));
                Assert.Equal(5, tuple.Select(row => row.Image).Distinct().Count());
                var query = data.Places!.Queries[tuple[0].Image - data.Places.Database.Count];
                Assert.True(query.SquaredDistance(data.Places.Database[tuple[1].Image]) <= 100);
                Assert.All(tuple.Skip(2), row => Assert.True(query.SquaredDistance(data.Places.Database[row.Image]) > 625));
            }
        }
    }

    /// <summary>Every query is visited once before any is visited again; a visit draws of its own and looks at the last one's draw again.</summary>
    [Fact]
    public void Queries_take_turns()
    {
        var visits = new PlaceVisits(Sampling, queries: 12, seed: 5);
        var all = Enumerable.Range(0, 4).SelectMany(visits.Of).ToArray();
        Assert.Equal(4 + 8 + 8 + 8, all.Length);
        Assert.All(all.Chunk(12).Where(round => round.Length == 12), round => Assert.Equal(Enumerable.Range(0, 12), round.Select(visit => visit.Query).Order()));
        Assert.Equal([.. Enumerable.Range(0, 28).Select(i => i / 12)], all.Select(visit => visit.Visit));
        int[] allowed = [.. Enumerable.Range(100, 400)];
        int[] first = [.. visits.Draw(3, 0, allowed)], second = [.. visits.Draw(3, 1, allowed)];
        Assert.Equal(5, first.Distinct().Count());
        Assert.All(first, image => Assert.Contains(image, second));
        Assert.True(second.Length > 5);
        Assert.Equal([1, 2], visits.Draw(3, 1, [1, 2]).Order());
    }

    /// <summary>Tuples of a batch share a class where any of their queries and positives are near each other, also by way of a third tuple.</summary>
    [Fact]
    public void Tuples_of_one_place_are_no_negatives_of_each_other()
    {
        static (PlaceImage, PlaceImage) At(double query, double positive) => (new("", query, 0), new("", positive, 0));
        Assert.Equal([0, 1, 2], SharedPlaces.Number([At(0, 5), At(100, 95), At(200, 205)]));
        Assert.Equal([0, 0, 2], SharedPlaces.Number([At(0, 10), At(44, 35), At(100, 95)]));
        Assert.Equal([0, 1, 0, 1], SharedPlaces.Number([At(0, 0), At(300, 300), At(25, 25), At(325.5, 320)]));
        Assert.Equal([1, 1, 1], SharedPlaces.Number([At(0, 0), At(40, 40), At(20, 20)]));
    }

    /// <summary>Under a margin that nothing violates no query is left; without one all are.</summary>
    [Fact]
    public void Queries_that_teach_nothing_are_left_out()
    {
        var data = Data();
        using var training = Run(data);
        int Tuples(PlaceSampling sampling)
        {
            using var source = sampling.Create(training.Model, data, new ExtractionOptions(4, 2), seed: 3);
            return source.Plan(0, null, CancellationToken.None).Batches.Sum(batch => batch.Length) / 5;
        }
        Assert.Equal(4, Tuples(Sampling with { Margin = null }));
        var squared = Tuples(Sampling with { Margin = 0.01f });
        Assert.InRange(squared, 0, 3);
        Assert.InRange(Tuples(Sampling with { Margin = 0.01f, Squared = false }), squared, 4);
    }

    [Fact]
    public void A_network_with_netvlad_trains_on_places_and_resumes_to_the_same_weights()
    {
        using var whole = Run(Data()).RunEpochs(3);
        Assert.All(whole.Trainer.History, report => Assert.True(double.IsFinite(report.Loss) && report.Items > 0));
        var path = Path.GetTempFileName();
        try
        {
            using (var first = Run(Data()).RunEpochs(2))
                Checkpoint.Save(first.Trainer, path);
            using var second = Run(Data());
            Checkpoint.Resume(second.Trainer, path);
            Assert.Equal(whole.State, second.RunEpochs(1).State);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Places_are_asked_for()
    {
        using var training = Run(Data());
        var mistake = Assert.Throws<ArgumentException>(() => new Trainer(training.Model, TinyTraining.Data, Options, new ExtractionOptions(4, 2)));
        Assert.Contains("photographs with positions", mistake.Message, StringComparison.Ordinal);
        var lonely = new PlaceDataset("lonely", [new("a", 0, 0)], [new("q", 11, 0)]);
        Assert.Contains("none of 1 queries", Assert.Throws<ArgumentException>(() => PlaceTuples.Of(lonely, StripedImages.Source(1, 2))).Message, StringComparison.Ordinal);
    }

    private static TinyTraining Run(TupleDataset data)
    {
        var description = ResNetTests.Small(PoolingKind.NetVlad);
        var training = new TinyTraining(Options, data, network: description with { Head = description.Head with { Clusters = 3, Ghosts = 1 } });
        NetVladInitializer.Initialize(training.Model.Network, data.Images, new NetVladInitialization(), seed: 2);
        return training;
    }

    /// <summary>Stripes of one kind are a place; places lie 100 metres apart.</summary>
    private static TupleDataset Data()
    {
        var striped = StripedImages.Source(Places, PerPlace);
        int[] database = [.. Enumerable.Range(0, Places * PerPlace).Where(image => image % PerPlace >= QueriesPerPlace)], queries = [.. Enumerable.Range(0, Places * PerPlace).Where(image => image % PerPlace < QueriesPerPlace)];
        PlaceImage At(int image) => new(striped.Name(image), (100 * (image / PerPlace)) + (image % PerPlace), 0);
        var images = new MemoryImageSource([.. database.Concat(queries).Select(striped.Load)], number => striped.Name(database.Concat(queries).ElementAt(number)));
        return PlaceTuples.Of(new PlaceDataset("stripes", [.. database.Select(At)], [.. queries.Select(At)]), images) with { Description = "striped places" };
    }
}
