using System.Text.Json;
using Retrieval.Host;
using Retrieval.Tests.Datasets;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The verb on tiny jobs: every operator's calls are counted, the totals are there, and the trace is a whole file.</summary>
[Unwatched]
public sealed class ProfileTests
{
    [DeviceTheory]
    public void TrainCountsTheStepsOperators(DeviceName on)
    {
        TestDevices.Require(on);
        using var folder = new ScratchFolder();
        var trace = folder.At("trace.json");
        var run = RetrievalProcess.Run("profile", "train", "--device", $"{on}", "--arch", "resnet18-w4", "--batch", "3", "--size", "32x32", "--steps", "3", "--warm-up", "1", "--json", "--trace", trace);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        // 20 convolutions, of which the first needs no gradient to its input.
        Assert.Equal((60, 57, 60, 3), (Calls(run, "Convolution"), Calls(run, "ConvolutionInputGradient"), Calls(run, "ConvolutionWeightGradient"), Calls(run, "Adam")));
        Assert.All(Lines(run, "operator"), line => Assert.InRange(line.GetProperty("timePercent").GetDouble(), 0, 100));
        // Which ceiling is the nearer depends on the machine, which is measured; that there is one does not.
        Assert.Contains(Lines(run, "operator").Single(line => Name(line) == "Convolution").GetProperty("boundBy").GetString(), (string[])["arithmetic", "memory"]);
        Assert.Contains(Lines(run, "thread"), line => Name(line) == "step" && line.GetProperty("count").GetInt32() == 3);
        Assert.Contains(Lines(run, "memory"), line => line.GetProperty("purpose").GetString() == "Parameters" && line.GetProperty("peakMiB").GetDouble() > 0);
        var total = Assert.Single(Lines(run, "total"));
        Assert.True(total.GetProperty("imagesPerSecond").GetDouble() > 0);
        Assert.InRange(total.GetProperty("operatorsMs").GetDouble() + total.GetProperty("gapMs").GetDouble(), 0, total.GetProperty("wallMs").GetDouble() * 1.001);
        using var written = JsonDocument.Parse(File.ReadAllBytes(trace));
        Assert.True(written.RootElement.GetProperty("traceEvents").GetArrayLength() > 200);
        Assert.Equal([trace], Directory.GetFiles(Path.GetDirectoryName(trace)!));
    }

    [Fact]
    public void TrainTakesSeveralTuples()
    {
        var run = RetrievalProcess.Run("profile", "train", "--arch", "resnet18-w4", "--batch", "6", "--tuples", "2", "--size", "32x32", "--steps", "1", "--warm-up", "1", "--shapes", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("6 images of 32x32 in 2 tuples", Assert.Single(Lines(run, "total")).ToString(), StringComparison.Ordinal);
        Assert.Contains(Lines(run, "operator"), line => Name(line) == "ContrastiveLoss" && line.GetProperty("shapes").GetString()!.StartsWith("[6, 32]", StringComparison.Ordinal));
    }

    /// <summary>The step of a recipe: its losses, sampling, optimiser and size, on a narrow network and small images.</summary>
    [Theory]
    [InlineData("gem-tpami2018.small", "resnet18-w4", "28 images of 48x48 in 4 tuples", "ContrastiveLoss 1, Adam 1, Convolution 20", "sampling.tuples=4", "sampling.negatives=5")]
    [InlineData("gem-tpami2018", "resnet18-w4", "14 images of 48 in 2 tuples", "ContrastiveLoss 2, Adam 1, Convolution 280", "sampling.tuples=2")]
    [InlineData("ctl-iconip2021.small", "resnet18-w4-s1", "6 images of 32x32 in 3 identities, 2 times", "BatchHard 2, CentroidTriplet 2, CenterLoss 2, CrossEntropy 2, GradientNorm 1, Adam 1", "sampling.identities=3", "sampling.instances=2", "optimiser.accumulate=2", "optimiser.clip=1", "data.size=32x32")]
    [InlineData("multigrain-2019.small", "resnet18-w4", "6 images of 48x48", "MarginLoss 1, DrawNegatives 1, CrossEntropy 1, Sgd 2, Convolution 20", "sampling.batch=6", "optimiser.average=0.9", "data.cropSide=32")]
    public void TrainTakesARecipe(string recipe, string architecture, string images, string operators, params string[] settings)
    {
        string[] size = settings.Any(setting => setting.StartsWith("data.size", StringComparison.Ordinal)) ? [] : ["--size", images.Contains('x', StringComparison.Ordinal) ? "48x48" : "48"];
        var run = RetrievalProcess.Run(["profile", "train", "--recipe", recipe, "--arch", architecture, .. size, "--classes", "20", "--steps", "1", "--warm-up", "1", "--json", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"{recipe}, {architecture}, {images}", Assert.Single(Lines(run, "total")).ToString(), StringComparison.Ordinal);
        foreach (var expected in operators.Split(", "))
            Assert.Equal(expected, $"{expected.Split(' ')[0]} {Calls(run, expected.Split(' ')[0])}");
    }

    [Fact]
    public void ExtractHasARowForEachShapeWhereAsked()
    {
        var run = RetrievalProcess.Run("profile", "extract", "--arch", "resnet18-w4", "--size", "32x32", "--images", "5", "--batch", "2", "--steps", "2", "--shapes", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var rows = Lines(run, "operator").Where(line => Name(line) == "Convolution").ToArray();
        Assert.Contains(rows, line => line.GetProperty("shapes").GetString() == "[2, 32, 32, 3] [4, 7, 7, 3]" && line.GetProperty("calls").GetInt32() == 4);
        Assert.Contains(rows, line => line.GetProperty("shapes").GetString() == "[1, 32, 32, 3] [4, 7, 7, 3]" && line.GetProperty("calls").GetInt32() == 2);
        Assert.Equal(10, Lines(run, "thread").Single(line => Name(line) == "load").GetProperty("count").GetInt32());
    }

    [Fact]
    public void SearchIsShownAsATable()
    {
        var run = RetrievalProcess.Run("profile", "search", "--rows", "3000", "--dimensions", "16", "--queries", "4", "--steps", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("search: 4 queries among 3000 x 16, 10 results, cpu, 2 steps", run.Output, StringComparison.Ordinal);
        foreach (var word in (string[])["TopK", "RescoreQuery", "Longest gaps", "taken from the system", "queries a second"])
            Assert.Contains(word, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected a topic (train", "profile")]
    [InlineData("<width>x<height>", "profile", "train", "--size", "362")]
    [InlineData("--batch: expected two images or more for each of 3 tuples", "profile", "train", "--batch", "8", "--tuples", "3")]
    [InlineData("try --batch 10", "profile", "train", "--batch", "5", "--tuples", "5")]
    [InlineData("no such recipe", "profile", "train", "--recipe", "nothing")]
    [InlineData("--batch: a recipe says so itself: --set sampling.batch", "profile", "train", "--recipe", "multigrain-2019.small", "--batch", "8")]
    [InlineData("batch statistics need images of one size: give --size <width>x<height> instead of 64", "profile", "train", "--recipe", "gem-tpami2018.small", "--size", "64")]
    [InlineData("--classes: expected at least", "profile", "train", "--recipe", "ctl-iconip2021.small", "--classes", "2")]
    [InlineData("resnet152", "profile", "extract", "--arch", "vgg")]
    [InlineData("no such file", "profile", "extract", "--data", "nowhere.txt")]
    public void WrongArgumentsAreOneLine(string complaint, params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private static int Calls(RetrievalProcess run, string name) => Lines(run, "operator").Single(line => Name(line) == name).GetProperty("calls").GetInt32();

    private static string? Name(JsonElement line) => line.GetProperty("name").GetString();

    private static JsonElement[] Lines(RetrievalProcess run, string what) => [.. run.JsonLines.Where(line => line.GetProperty("what").GetString() == what)];
}
