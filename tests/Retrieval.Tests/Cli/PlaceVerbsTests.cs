using System.Text.Json;
using Retrieval.Host;
using Retrieval.Models.WeightFiles;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>Photographs with positions, from the generated world to a trained, whitened and evaluated NetVLAD.</summary>
public sealed class PlaceVerbsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private static readonly string[] Small =
    [
        .. ((string[])["network.backbone=resnet18-w4-s1", "network.clusters=3", "data.size=32x32", "sampling.queries=6", "sampling.firstQueries=4", "sampling.pool=6", "sampling.negatives=2",
            "sampling.tuples=2", "evaluation.every=1"]).SelectMany(setting => (string[])["--set", setting]),
        "--threads", "1",
    ];

    [Fact]
    public void A_world_is_told_from_others()
    {
        Assert.Contains("56 images of 14 landmarks", world.Note, StringComparison.Ordinal);
        var other = RetrievalProcess.Run("world", "--out", world.File("world"), "--landmarks", "9", "--threads", "1");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("another world", Assert.Single(other.ErrorLines, IsError), StringComparison.Ordinal);
        var longest = RetrievalProcess.Run("world", "--out", world.File("other"), "--size", "64");
        Assert.Equal(2, longest.ExitCode);
        Assert.Contains("expected <width>x<height>, got '64'", Assert.Single(longest.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_trains_on_places_and_resumes_to_the_same_bytes()
    {
        var whole = Train("whole", 2, world.Training, "--recipe", "netvlad-cvpr2016.small");
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Equal([-1, 0, 1], whole.JsonLines.Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal([4, 6], whole.JsonLines.Skip(1).Select(line => line.GetProperty("items").GetInt32()));
        Assert.Equal(0, Train("parts", 1, world.Training, "--recipe", "netvlad-cvpr2016.small").ExitCode);
        var resumed = Train("parts", 2, world.Training, "--recipe", "netvlad-cvpr2016.small", "--resume");
        Assert.Equal(whole.JsonLines.Skip(1).Select(Figures), resumed.JsonLines.Skip(resumed.JsonLines.Length - 2).Select(Figures));
        Assert.Equal(File.ReadAllBytes(world.File("whole", "model.safetensors")), File.ReadAllBytes(world.File("parts", "model.safetensors")));

        var whitened = world.File("whitened.safetensors");
        Assert.Equal(0, RetrievalProcess.Run("whiten", "--model", world.File("whole", "model.safetensors"), "--data", world.Training, "--kind", "pca", "--dimensions", "4", "--out", whitened, "--threads", "1").ExitCode);
        var figures = RetrievalProcess.Run("eval", "--model", whitened, "--data", world.Test, "--json", "--threads", "1").JsonLines[^1];
        Assert.Equal(4, figures.GetProperty("dimension").GetInt32());
        Assert.InRange(figures.GetProperty("recallAt5").GetDouble(), 0, 100);
    }

    [Fact]
    public void A_trained_layer_goes_on_from_its_own_clusters()
    {
        Assert.Equal(0, Train("first", 1, world.Training, "--recipe", "netvlad-cvpr2016.small").ExitCode);
        var first = world.File("first", "model.safetensors");
        var run = Train("second", 1, world.Training, "--recipe", "netvlad-cvpr2016.small", "--weights", first, "--set", "schedule.rate=0");
        Assert.True(run.ExitCode == 0, run.Error);
        using SafetensorsFile before = SafetensorsFile.Open(first), after = SafetensorsFile.Open(world.File("second", "model.safetensors"));
        foreach (var name in new[] { "pool.centroids", "pool.conv.weight", "pool.conv.bias" })
            Assert.Equal(before.ReadAsFloat32(name), after.ReadAsFloat32(name));
    }

    /// <summary>What the recipe does not say, the data says, and the model records it.</summary>
    [Fact]
    public void Options_alone_train_on_places()
    {
        var run = Train("options", 1, world.Training, "--loss", "triplet", "--pool", "netvlad");
        Assert.True(run.ExitCode == 0, run.Error);
        using var device = Device.OpenCpu(1);
        using var model = ModelFile.Load(world.File("options", "model.safetensors"), device);
        Assert.Contains("\"places\"", model.Provenance["recipe"], StringComparison.Ordinal);
        var refused = Train("options", 2, world.Training, "--loss", "triplet", "--pool", "netvlad", "--resume", "--set", "sampling.firstQueries=3");
        Assert.Contains("another sampling.firstQueries: it has 4, asked for 3", refused.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Places_and_classes_are_not_taken_for_each_other()
    {
        var places = Train("refused", 1, world.Training, "--recipe", "gem-tpami2018.small");
        Assert.Equal(2, places.ExitCode);
        Assert.Contains("the recipe's sampling.kind is tuples: add --set sampling.kind=places", Assert.Single(places.ErrorLines), StringComparison.Ordinal);
        var classes = Train("refused", 1, world.File("world", "train"), "--recipe", "netvlad-cvpr2016.small");
        Assert.Equal(2, classes.ExitCode);
        Assert.Contains("add --set sampling.kind=tuples", Assert.Single(classes.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("nowhere.csv", Assert.Single(Train("refused", 1, world.File("nowhere.csv"), "--recipe", "netvlad-cvpr2016.small").ErrorLines), StringComparison.Ordinal);
        var few = Train("refused", 1, world.Training, "--recipe", "netvlad-cvpr2016.small", "--set", "sampling.negatives=27", "--set", "sampling.pool=27");
        Assert.Equal(2, few.ExitCode);
        Assert.Contains("27 negatives", Assert.Single(few.ErrorLines, IsError), StringComparison.Ordinal);
        Assert.False(Directory.Exists(world.File("refused")));
    }

    private RetrievalProcess Train(string folder, int epochs, string data, params string[] others) =>
        RetrievalProcess.Run(["train", "--data", data, "--out", world.File(folder), "--epochs", $"{epochs}", "--val", world.Test, "--json", .. others[..Math.Min(2, others.Length)], .. Small, .. others.Skip(2)]);

    private static (double, double) Figures(JsonElement line) => (line.GetProperty("loss").GetDouble(), line.GetProperty("map").GetDouble());

    private static bool IsError(string line) => line.StartsWith("error: ", StringComparison.Ordinal);
}
