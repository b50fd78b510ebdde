using System.Text.Json;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Index;
using Retrieval.Models.WeightFiles;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>extract, whiten, index, search and convert on a tiny set, as a user runs them.</summary>
public sealed class SearchVerbsTests(TinySet set) : IClassFixture<TinySet>
{
    private static readonly string[] Small = ["--size", "32x32", "--threads", "2"];

    [Fact]
    public void From_images_to_an_answer_every_image_finds_itself_first()
    {
        string whitened = set.File("whitened.safetensors"), descriptors = set.File("trip.descriptors"), index = set.File("trip.index"), sheet = set.File("sheet.png");
        var learned = Single(Succeed(["whiten", "--model", set.Model, "--data", set.Images, "--out", whitened, "--dimensions", "8", "--regularisation", "0.05", "--json", .. Small]));
        Assert.Equal((8, TinySet.ClassCount * 28), (learned.GetProperty("dimension").GetInt32(), learned.GetProperty("pairs").GetInt32()));
        Succeed(["extract", "--model", whitened, "--data", set.Images, "--out", descriptors, .. Small]);
        Succeed("index", "--from", descriptors, "--out", index);

        var query = set.File("images", "class2", "003.png");
        var found = Succeed("search", "--index", index, "--model", whitened, "--query", query, "--top", "3", "--sheet", sheet, "--json").JsonLines;
        Assert.Equal([1, 2, 3], found.Select(line => line.GetProperty("rank").GetInt32()));
        Assert.Equal((query, "class2", 19L), (found[0].GetProperty("path").GetString(), found[0].GetProperty("label").GetString(), found[0].GetProperty("id").GetInt64()));
        Assert.Equal(1, found[0].GetProperty("score").GetDouble(), 1e-4);
        Assert.True(ImageDecoder.Decode(sheet).Width > 4 * 160);

        var all = Succeed("search", "--index", index, "--model", whitened, "--query", set.Images, "--top", "1", "--json").JsonLines;
        Assert.Equal(TinySet.ImageCount, all.Length);
        Assert.All(all, line => Assert.Equal(line.GetProperty("query").GetString(), line.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("pca", "--dimensions", "5")]
    [InlineData("lw", "--rotation", "nonmatching", "--pairs", "50", "--dimensions", "5")]
    public void A_whitening_is_kept_inside_the_model(string kind, params string[] options)
    {
        var output = set.File($"{kind}.safetensors");
        Succeed(["whiten", "--model", set.Model, "--data", set.Images, "--out", output, "--kind", kind, .. options, .. Small]);
        using var device = Device.OpenCpu(1);
        using var model = ModelFile.Load(output, device);
        Assert.Equal(5, model.Dimension);
        Assert.Contains("of images", model.Whitening!.Source, StringComparison.Ordinal);
        Assert.Equal(("images", "32", kind == "lw" ? "50" : "0"),
            (model.Provenance["whitening set"], model.Provenance["whitening descriptors"], model.Provenance["whitening pairs"]));
    }

    [Fact]
    public void Files_of_descriptors_are_joined_and_clashing_ids_numbered_anew()
    {
        string first = Extract("first.index", set.File("images", "class0", "001.png")), second = Extract("second.index", set.Images), output = set.File("joined.index");
        Assert.Contains("id 0 occurs twice", Fail("index", "--from", first, second, "--out", output, "--keep-ids"), StringComparison.Ordinal);
        Assert.False(File.Exists(output));
        var run = Succeed("index", "--from", first, second, "--out", output, "--metric", "l2", "--json");
        Assert.Contains(run.ErrorLines, line => line.Contains("numbered anew", StringComparison.Ordinal));
        using var device = Device.OpenCpu(1);
        using var index = FlatIndex.Open(device, output);
        Assert.Equal((TinySet.ImageCount + 1L, SearchMetric.SquaredEuclidean, "001.png, images"), (index.Count, index.Metric, index.Provenance["data"]));
        Assert.Equal((null, "class0", index.Path(0)), (index.Label(0), index.Label(2), index.Path(2)));
    }

    [Fact]
    public void Straight_from_images_with_augmentation_and_expansion()
    {
        var output = set.File("straight.index");
        Succeed(["index", "--model", set.Model, "--data", set.Images, "--out", output, "--dba", "3", "--alpha", "2", .. Small]);
        using var device = Device.OpenCpu(1);
        using (var index = FlatIndex.Open(device, output))
            Assert.Equal((TinySet.ImageCount, "3 neighbours, alpha 2"), (index.Count, index.Provenance["augmentation"]));
        var found = Succeed("search", "--index", output, "--model", set.Model, "--query", set.File("images", "class1", "000.png"), "--box", "4,4,28,28", "--expand", "100", "--top", "100", "--json");
        Assert.Equal(TinySet.ImageCount, found.JsonLines.Length);
    }

    [Fact]
    public void Queries_are_described_as_the_index_was()
    {
        var whitened = set.File("for-search.safetensors");
        Succeed(["whiten", "--model", set.Model, "--data", set.Images, "--out", whitened, "--kind", "pca", "--dimensions", "6", .. Small]);
        var index = set.File("unwhitened.index");
        Succeed("extract", "--model", whitened, "--data", set.Images, "--out", index, "--size", "48x40", "--scales", "1,0.5", "--no-whitening");
        var found = Succeed("search", "--index", index, "--model", whitened, "--query", set.File("images", "class3", "005.png"), "--top", "1", "--json").JsonLines;
        Assert.Equal((29L, 1.0), (Assert.Single(found).GetProperty("id").GetInt64(), Math.Round(found[0].GetProperty("score").GetDouble(), 5)));
    }

    [Fact]
    public void What_does_not_fit_is_one_line()
    {
        string index = Extract("fits.index", set.Images), query = set.File("images", "class0", "000.png");
        string other = set.WriteModel("other.safetensors", seed: 2), wider = set.WriteModel("wider.safetensors", seed: 1, "resnet18-w5");
        var torn = set.File("torn.index");
        File.WriteAllBytes(torn, File.ReadAllBytes(index)[..^7]);
        File.WriteAllText(set.File("bad.jpg"), "no image");

        Assert.Contains("was made with model.safetensors", Fail("search", "--index", index, "--model", other, "--query", query), StringComparison.Ordinal);
        Assert.Contains("has descriptors of 32 dimensions", Fail("search", "--index", index, "--model", wider, "--query", query), StringComparison.Ordinal);
        Assert.Contains("not a usable index file", Fail("search", "--index", torn, "--model", set.Model, "--query", query), StringComparison.Ordinal);
        Assert.Contains("not a usable index file", Fail("index", "--from", torn, "--out", set.File("x.index")), StringComparison.Ordinal);
        Assert.Contains("bad.jpg", Fail("search", "--index", index, "--model", set.Model, "--query", set.File("bad.jpg")), StringComparison.Ordinal);
        Assert.Contains("expected x1,y1,x2,y2", Fail("search", "--index", index, "--model", set.Model, "--query", query, "--box", "9,9,2,2"), StringComparison.Ordinal);
        Assert.Contains("a part of one image", Fail("search", "--index", index, "--model", set.Model, "--query", set.Images, "--box", "1,1,2,2"), StringComparison.Ordinal);
        Assert.Contains("either --from", Fail("index", "--out", set.File("x.index"), "--model", set.Model), StringComparison.Ordinal);
        Assert.Contains("'pc'", Fail("whiten", "--model", set.Model, "--data", set.Images, "--out", set.File("x.safetensors"), "--kind", "pc"), StringComparison.Ordinal);
        Assert.Contains("64 output dimensions", Fail(["whiten", "--model", set.Model, "--data", set.Images, "--out", set.File("x.safetensors"), "--dimensions", "64", .. Small]), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_become_a_model_and_weights_again()
    {
        string weights = set.File("weights.safetensors"), model = set.File("converted.safetensors"), again = set.File("again.safetensors");
        Succeed("convert", "--from", set.Model, "--to-weights", "--out", weights);
        Succeed("convert", "--from", weights, "--arch", "resnet18-w4", "--pool", "gem", "--out", model);
        Succeed("convert", "--from", model, "--to-weights", "--out", again);
        Assert.Equal(File.ReadAllBytes(weights), File.ReadAllBytes(again));
        Assert.Contains("is this the architecture", Fail("convert", "--from", weights, "--arch", "resnet18-w8", "--out", model), StringComparison.Ordinal);
        Assert.Contains("not a model file", Fail("convert", "--from", weights, "--to-weights", "--out", model), StringComparison.Ordinal);
        using var device = Device.OpenCpu(1);
        using var loaded = ModelFile.Load(model, device);
        Assert.Equal("weights.safetensors", loaded.Provenance["initial weights"]);
    }

    private string Extract(string name, string data)
    {
        Succeed(["extract", "--model", set.Model, "--data", data, "--out", set.File(name), .. Small]);
        return set.File(name);
    }

    private static RetrievalProcess Succeed(params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static string Fail(params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.True(run.ExitCode == 2, run.Error);
        Assert.Empty(run.Output);
        return run.ErrorLines[^1];
    }

    private static JsonElement Single(RetrievalProcess run) => Assert.Single(run.JsonLines);
}
