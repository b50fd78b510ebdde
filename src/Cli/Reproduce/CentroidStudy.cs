using Retrieval.Cli.Jobs;
using Retrieval.Datasets.World;
using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Evaluation.Reidentification;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Reproduce;

/// <summary>Centroids (ICONIP 2021): a gallery of class centroids against one of images, and training with the centroid triplet loss against the triplet loss without it.</summary>
/// <param name="photographs">Classes of photographs, or null for the generated world.</param>
internal sealed class CentroidStudy(string? photographs) : IStudy
{
    private const string Centroids = "centroids", Instances = "instances", WithLoss = "with centroid loss", WithoutLoss = "without";
    private const int TestLandmarks = 60, Queries = 2;

    private static readonly WorldOptions Options = new() { Landmarks = 200 + TestLandmarks, ViewsPerLandmark = 8, ImageWidth = 96, ImageHeight = 96 };

    public string System => "ctl";

    public string Data { get; } = StudyData.Name(photographs);

    public IReadOnlyList<Claim> Claims { get; } =
    [
        new("centroid over instance retrieval", Centroids, Instances),
        new("centroids need less time", Centroids + ", time", Instances + ", time", "us a query", LowerIsBetter: true),
        new("centroids need fewer bytes", Centroids + ", bytes", Instances + ", bytes", "kB", LowerIsBetter: true),
        new("centroid triplet loss over triplet loss", WithLoss, WithoutLoss),
    ];

    public IReadOnlyDictionary<string, double> Run(Lab lab)
    {
        var recipe = Lab.Recipe("ctl-iconip2021.small", "schedule.epochs=12", "schedule.milestones=[8,11]");
        var data = photographs is null ? lab.World(Options, TestLandmarks, Queries) : lab.Photographs(photographs, DataSection.Sizing(recipe));
        var gallery = Gallery(data);
        var with = Measure(lab, data, gallery, recipe);
        var without = Measure(lab, data, gallery, recipe.With("losses.centroidTriplet.weight=0"));
        var measures = new Dictionary<string, double>(StringComparer.Ordinal) { [WithLoss] = Map(with[1]), [WithoutLoss] = Map(without[1]) };
        foreach (var (name, figures) in new[] { (Instances, with[0]), (Centroids, with[1]) })
        {
            measures[name] = Map(figures);
            measures[name + ", time"] = figures.Cost!.MicrosecondsPerQuery;
            measures[name + ", bytes"] = figures.Cost!.Bytes / 1e3;
        }
        return measures;
    }

    /// <summary>The figures of instances, then those of centroids.</summary>
    private static List<CostedFigures> Measure(Lab lab, TrialData data, Benchmark gallery, Recipe recipe)
    {
        using var model = lab.Train(data.Training, recipe);
        return CentroidComparison.Score(lab.Device, gallery, lab.Describe(model, gallery.Images, normalize: false), new Protocol("", ""), expansion: null, depth: 0);
    }

    private static double Map(CostedFigures figures) => 100 * figures.Figures.MeanAveragePrecision;

    /// <summary>The first images of each class query a gallery of the others.</summary>
    private static Benchmark Gallery(TrialData data)
    {
        var groups = Enumerable.Range(0, data.TestClusters.Count).GroupBy(image => data.TestClusters[image]).ToArray();
        int[] queries = [.. groups.SelectMany(group => group.Take(Queries))], gallery = [.. groups.SelectMany(group => group.Skip(Queries))];
        int[] identities = [.. gallery.Select(image => data.TestClusters[image])], asked = [.. queries.Select(image => data.TestClusters[image])];
        var centroids = CentroidGallery.ByIdentity(identities);
        return new Benchmark(data.Test.Name, "classes in a gallery", data.Test.Images, gallery, queries, [(CentroidComparison.Instances, LabelGroundTruth.Between(asked, identities))], ScoringRules.ClassRetrieval)
        {
            Centroids = [new("centroids", centroids, LabelGroundTruth.Between(asked, centroids.Select(group => group.Identity)))],
        };
    }
}
