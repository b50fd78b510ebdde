using Retrieval.Datasets;
using Retrieval.Datasets.Reconstructions;
using Retrieval.Datasets.World;
using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Datasets.World;

public sealed class GeneratedWorldTests
{
    private static readonly WorldOptions Small = new()
    {
        Landmarks = 4, ViewsPerLandmark = 3, Distractors = 4, ImageWidth = 40, ImageHeight = 32, Difficulty = 0.7, Seed = 11,
    };

    [Fact]
    public void Same_seed_gives_the_same_world_on_any_number_of_threads()
    {
        var (first, second) = (Make(Small), Make(Small));
        Assert.Equal(first.Views.Select(Describe), second.Views.Select(Describe));
        var (alone, together) = (RenderAll(first, threads: 1), RenderAll(second, threads: 4));
        for (var view = 0; view < Small.ImageCount; view++)
        {
            Assert.Equal(alone[view], together[view]);
            Assert.Equal(alone[view], second.Render(view).Pixels);
        }
    }

    [Fact]
    public void Every_view_and_every_seed_differs()
    {
        var images = RenderAll(Make(Small), -1).Concat(RenderAll(Make(Small with { Seed = 12 }), -1));
        Assert.Equal(2 * Small.ImageCount, images.Select(Convert.ToBase64String).Distinct().Count());
    }

    [Fact]
    public void More_views_leave_the_landmarks_as_they_are()
    {
        var (few, many) = (Make(Small), Make(Small with { Landmarks = 6, Distractors = 0 }));
        for (var view = 0; view < Small.Landmarks * Small.ViewsPerLandmark; view++)
            Assert.Equal(few.Render(view).Pixels, many.Render(view).Pixels);
    }

    [Fact]
    public void Clusters_are_the_landmarks_and_each_distractor_alone()
    {
        var world = Make(Small);
        Assert.Equal(Small.ImageCount, world.Views.Count);
        Assert.Equal(Enumerable.Range(0, Small.ImageCount), world.Views.Select(view => view.Index));
        var sizes = world.Views.GroupBy(view => view.Cluster).Select(cluster => (cluster.Count(), cluster.First().IsDistractor)).ToArray();
        Assert.Equal([(3, false), (3, false), (3, false), (3, false), (1, true), (1, true), (1, true), (1, true)], sizes);
        Assert.Equal([3, 5], world.Positives(4));
        Assert.Empty(world.Positives(12));
        foreach (var view in world.Views)
            Assert.All(view.VisiblePoints, point => Assert.Equal(view.Cluster, point / Small.PointsPerLandmark));
    }

    [Fact]
    public void Hard_positives_follow_the_rule()
    {
        var world = Make(Small with { ViewsPerLandmark = 10, Difficulty = 1 });
        var (kept, dropped) = (0, 0);
        foreach (var query in world.Views.Where(view => !view.IsDistractor))
        {
            foreach (var other in world.Positives(query.Index).Select(index => world.Views[index]))
            {
                var common = query.VisiblePoints.Intersect(other.VisiblePoints).ToArray();
                var ratios = common.Select(point => Scale(other, point) / Scale(query, point)).Order().ToArray();
                var median = ratios.Length == 0 ? double.PositiveInfinity : 0.5 * (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]);
                var expected = common.Length > 0.2 * query.VisiblePoints.Count && Math.Max(median, 1 / median) < 1.5;
                Assert.Equal(expected, CoVisibility.Between(query.Points, other.Points).IsRelaxedPositive(0.2, 1.5));
                (kept, dropped) = (kept + (expected ? 1 : 0), dropped + (expected ? 0 : 1));
            }
        }
        Assert.True(kept > 30 && dropped > 30, $"{kept} kept, {dropped} dropped: the rule should divide the pairs");

        double Scale(WorldView view, int point) => view.Camera.FocalLength / view.Camera.Project(world.PointPosition(point)).Z;
    }

    [Fact]
    public void Rendering_can_be_cancelled_and_refuses_views_that_are_not_there()
    {
        var world = Make(Small);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => world.RenderAll([0, 1], (_, _) => { }, cancellation: cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => GeneratedWorld.Create(Small, cancelled.Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => world.Render(Small.ImageCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => world.Render(-1));
    }

    [Theory]
    [InlineData("Landmarks", "must lie between 1 and 1,000,000, but is 0")]
    [InlineData("ViewsPerLandmark", "must lie between 2 and 10,000, but is 1")]
    [InlineData("Distractors", "must lie between 0 and 10,000,000, but is -1")]
    [InlineData("ImageWidth", "must lie between 16 and 4,096, but is 5,000")]
    [InlineData("ImageHeight", "must lie between 16 and 4,096, but is 8")]
    [InlineData("PointsPerLandmark", "must lie between 16 and 10,000, but is 3")]
    [InlineData("Difficulty", "must lie between 0 and 1, but is NaN")]
    public void Wrong_options_are_refused_by_name(string option, string message)
    {
        var options = option switch
        {
            "Landmarks" => Small with { Landmarks = 0 },
            "ViewsPerLandmark" => Small with { ViewsPerLandmark = 1 },
            "Distractors" => Small with { Distractors = -1 },
            "ImageWidth" => Small with { ImageWidth = 5000 },
            "ImageHeight" => Small with { ImageHeight = 8 },
            "PointsPerLandmark" => Small with { PointsPerLandmark = 3 },
            _ => Small with { Difficulty = double.NaN },
        };
        Assert.Equal($"world: {option} {message}", Assert.Throws<ArgumentException>(() => Make(options)).Message);
    }

    [Fact]
    public void Structure_tells_landmarks_apart_better_than_colour()
    {
        var world = Make(new WorldOptions { Landmarks = 30, ViewsPerLandmark = 6, ImageWidth = 64, ImageHeight = 64, Seed = 3 });
        var images = RenderAll(world, -1);
        var colour = NearestIsRight(world, Array.ConvertAll(images, image => ColourHistogram.Describe(new RgbImage(64, 64, image))));
        var structure = NearestIsRight(world, Array.ConvertAll(images, image => GradientHistograms.Describe(image, 64, 64)));
        const double Chance = 5.0 / 179;
        Assert.InRange(colour, Chance, 0.5);
        Assert.True(structure > 1.2 * colour && structure > 5 * Chance, $"structure {structure:F3}, colour {colour:F3}, chance {Chance:F3}");
    }

    private static GeneratedWorld Make(WorldOptions options) => GeneratedWorld.Create(options, TestContext.Current.CancellationToken);

    private static byte[][] RenderAll(GeneratedWorld world, int threads)
    {
        var images = new byte[world.Options.ImageCount][];
        world.RenderAll([.. Enumerable.Range(0, images.Length)], (index, image) => images[index] = image.Pixels, threads, TestContext.Current.CancellationToken);
        return images;
    }

    private static string Describe(WorldView view) => $"{view.Name} {view.Cluster} {view.Camera} {view.Box} {string.Join(' ', view.VisiblePoints)}";

    /// <summary>Share of the views whose nearest other view shows the same landmark.</summary>
    private static double NearestIsRight(GeneratedWorld world, float[][] descriptors) => world.Views.Average(query =>
    {
        var nearest = world.Views.Where(view => view != query)
            .MaxBy(view => descriptors[query.Index].Zip(descriptors[view.Index], (a, b) => a * b).Sum())!;
        return nearest.Cluster == query.Cluster ? 1.0 : 0.0;
    });
}
