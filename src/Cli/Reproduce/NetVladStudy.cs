using Retrieval.Cli.Jobs;
using Retrieval.Datasets.Places;
using Retrieval.Datasets.World;
using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Reproduce;

/// <summary>
/// NetVLAD (CVPR 2016): the same network trained behind NetVLAD and behind the maximum, and VLAD, which trains nothing, on the latter's features. On the world they learn from positions and recognise
/// places; on photographs, classes.
/// </summary>
/// <param name="photographs">Classes of photographs, or null for the generated world.</param>
internal sealed class NetVladStudy(string? photographs) : IStudy
{
    private const string NetVlad = "NetVLAD", Vlad = "VLAD", Maximum = "max pooling";
    private const int TestLandmarks = 60, Queries = 2;

    private static readonly WorldOptions Options = new() { Landmarks = 200 + TestLandmarks, ViewsPerLandmark = 8, Distractors = 200, ImageWidth = 96, ImageHeight = 96 };

    private string Unit => photographs is null ? "recall@1 %" : "mAP %";

    public string System => "netvlad";

    public string Data { get; } = StudyData.Name(photographs);

    public IReadOnlyList<Claim> Claims => [new("NetVLAD over maximum", NetVlad, Maximum, Unit), new("NetVLAD over VLAD", NetVlad, Vlad, Unit)];

    public IReadOnlyDictionary<string, double> Run(Lab lab)
    {
        var recipe = Lab.Recipe("netvlad-cvpr2016.small", "schedule.epochs=10", "schedule.period=3");
        if (photographs is not null)
            recipe = recipe.With("sampling.kind=tuples");
        var data = photographs is null ? Places(lab.World(Options, TestLandmarks, Queries)) : lab.Photographs(photographs, DataSection.Sizing(recipe));
        using var maximum = lab.Train(data.Training, recipe.With("network.pooling=mac"));
        using var vlad = lab.Create(data.Training.Images, recipe.With("network.pooling=vlad"), maximum);
        using var netVlad = lab.Train(data.Training, recipe);
        return new[] { (NetVlad, netVlad), (Vlad, vlad), (Maximum, maximum) }.ToDictionary(pair => pair.Item1, pair => Figure(lab, data, pair.Item2), StringComparer.Ordinal);
    }

    private double Figure(Lab lab, TrialData data, RetrievalModel model)
    {
        var figures = lab.Figures(data.Test, lab.Describe(model, data.Test.Images));
        return 100 * (photographs is null ? figures.Recall(1) : figures.MeanAveragePrecision);
    }

    /// <summary>The world's views as photographs with positions: of each training landmark every other view asks.</summary>
    private static TrialData Places(TrialData data)
    {
        var world = data.World!;
        var first = data.Training.Images.Count;
        int[] training = [.. Enumerable.Range(0, first).OrderBy(view => view % 2)];
        var places = Of(world, [.. training.Where(view => view % 2 == 0)], [.. training.Where(view => view % 2 == 1)]);
        var tested = Of(world, [.. data.Test.Database.Select(view => first + view)], [.. data.Test.Queries.Select(view => first + view)]);
        return data with
        {
            Training = PlaceTuples.Of(places, new ImageSubset(data.Training.Images, training)),
            Test = data.Test with
            {
                Variants = [(null, new ListedGroundTruth(tested.Database.Count, tested.Near(PlaceDataset.TestRadius)))],
                Rules = ScoringRules.PlaceRecognition,
            },
        };
    }

    private static PlaceDataset Of(GeneratedWorld world, int[] database, int[] queries) =>
        new("generated world", [.. database.Select(view => Place(world, view))], [.. queries.Select(view => Place(world, view))]);

    private static PlaceImage Place(GeneratedWorld world, int view)
    {
        var (east, north) = WorldPlaces.PositionOf(world, world.Views[view]);
        return new PlaceImage(world.Views[view].Name, east, north);
    }
}
