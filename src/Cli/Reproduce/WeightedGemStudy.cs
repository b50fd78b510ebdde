using Retrieval.Cli.Demo;
using Retrieval.Cli.Jobs;
using Retrieval.Datasets;
using Retrieval.Datasets.World;
using Retrieval.Models;

namespace Retrieval.Cli.Reproduce;

/// <summary>Weighted GeM (ICIP 2018): a network trained with uniform weights, then trained on with and without the mask, where landmarks stand behind other things.</summary>
internal sealed class WeightedGemStudy : IStudy
{
    private const string Weighted = "wGeM", Gem = "GeM", Mask = "mask on the landmark", Area = "the landmark's area";
    private const int TestLandmarks = 50, Queries = 2;

    private static readonly WorldOptions Options = new() { Landmarks = 200 + TestLandmarks, ViewsPerLandmark = 8, Distractors = 200, ImageWidth = 96, ImageHeight = 96, Difficulty = 0.4 };

    public string System => "wgem";

    public string Data => StudyData.World;

    public IReadOnlyList<Claim> Claims { get; } = [new("weighted over uniform mean, in clutter", Weighted, Gem), new("the mask lies on the object", Mask, Area, "% of the picture")];

    public IReadOnlyDictionary<string, double> Run(Lab lab)
    {
        var recipe = Lab.TupleRecipe("wgem-icip2018.small");
        var data = lab.World(Options, TestLandmarks, Queries);
        using var start = lab.Train(data.Training, recipe.With("network.pooling=gem"));
        recipe = recipe.With("schedule.epochs=5").With("schedule.rate=3e-4");
        using var gem = lab.Train(data.Training, recipe.With("network.pooling=gem"), start);
        using var weighted = lab.Train(data.Training, recipe, start);
        var (mask, area) = OnLandmarks(weighted, data, data.World!);
        return new Dictionary<string, double>(StringComparer.Ordinal) { [Gem] = lab.Map(data.Test, gem), [Weighted] = lab.Map(data.Test, weighted), [Mask] = mask, [Area] = area };
    }

    /// <summary>Means over the test's landmark views, in percent: how much of the mask lies in the landmark's box, and how much of the picture does.</summary>
    private static (double Mask, double Area) OnLandmarks(RetrievalModel model, TrialData data, GeneratedWorld world)
    {
        var views = world.Views.Skip(data.Training.Images.Count).Where(view => !view.IsDistractor).ToArray();
        var shares = views.Select(view =>
        {
            var image = data.Test.Images.Load(view.Index - data.Training.Images.Count);
            var mask = ActivationMap.MaskOf(model, image);
            return (Mask: Share(mask, view.Box, image.Width, image.Height), Area: (double)(view.Box.Right - view.Box.Left) * (view.Box.Bottom - view.Box.Top) / (image.Width * image.Height));
        }).ToArray();
        return (100 * shares.Average(share => share.Mask), 100 * shares.Average(share => share.Area));
    }

    /// <summary>The share of a mask's weight in a box, when each position stands for its part of the picture.</summary>
    private static double Share(ActivationMap mask, QueryBox box, int width, int height)
    {
        double inside = 0, all = 0;
        for (var i = 0; i < mask.Values.Length; i++)
        {
            var across = Overlap(i % mask.Width, (double)width / mask.Width, box.Left, box.Right);
            var down = Overlap(i / mask.Width, (double)height / mask.Height, box.Top, box.Bottom);
            inside += mask.Values[i] * across * down;
            all += mask.Values[i];
        }
        return inside / all;
    }

    /// <summary>How much of a cell lies between two borders, 0 to 1.</summary>
    private static double Overlap(int cell, double size, double low, double high) => Math.Max(0, Math.Min((cell + 1) * size, high) - Math.Max(cell * size, low)) / size;
}
