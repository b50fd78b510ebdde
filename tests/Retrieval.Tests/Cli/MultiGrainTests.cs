using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Tests.Host;
using Retrieval.Tests.Imaging;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>What MultiGrain's evaluation asks of the command: its own p for a size, classes beside descriptors, and copy and instance benchmarks.</summary>
public sealed class MultiGrainTests(TinySet set) : IClassFixture<TinySet>
{
    [Fact]
    public void ChoosesTheExponentThatFindsMostCopiesAndWritesIt()
    {
        var chosen = set.File("chosen.safetensors");
        var run = RetrievalProcess.Run("choose-p", "--model", set.Model, "--data", set.Images, "--side", "32", "--exponents", "1,3,40", "--copies", "3", "--out", chosen, "--json", "--threads", "1");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([1, 3, 40], run.JsonLines.Select(line => line.GetProperty("p").GetDouble()));
        Assert.All(run.JsonLines, line => Assert.InRange(line.GetProperty("found").GetDouble(), 1, 3));
        var best = Assert.Single(run.JsonLines, line => line.GetProperty("chosen").GetString() == "yes");
        Assert.Equal(run.JsonLines.Max(line => line.GetProperty("found").GetDouble()), best.GetProperty("found").GetDouble());
        using var device = Device.OpenCpu(1);
        using var model = ModelFile.Load(chosen, device);
        Assert.Equal((float)best.GetProperty("p").GetDouble(), model.Network.Parameters["pool.p"].Value.ToArray<float>()[0]);
        Assert.Contains("32 x 32", model.Provenance["p"], StringComparison.Ordinal);
    }

    [Fact]
    public void AnExponentOfItsOwnChangesTheFigures()
    {
        string Map(params string[] others) => RetrievalProcess.Run(["eval", "--model", set.Model, "--data", set.Images, "--size", "to48", "--json", "--threads", "1", .. others]).JsonLines[1].GetProperty("map").GetRawText();
        Assert.NotEqual(Map(), Map("--p", "20"));
        Assert.Equal(Map("--p", "3"), Map());
    }

    [Fact]
    public void MeasuresClassesBeforeAndAfterTheWhiteningIsFolded()
    {
        string model = set.File("classes.safetensors"), whitened = set.File("whitened.safetensors");
        using (var device = Device.OpenCpu(1))
        using (var plain = ModelFile.Load(set.Model, device))
        {
            plain.Classifier = Classifier.OfLayer(device, Reference.Random(TinySet.ClassCount * TinySet.Dimension, 2), [], ["class0", "class1", "class2", "class3"]);
            ModelFile.Save(plain, model);
        }
        Assert.Equal(0, RetrievalProcess.Run("whiten", "--model", model, "--data", set.Images, "--kind", "pca", "--size", "32x32", "--out", whitened, "--threads", "1").ExitCode);
        var before = Classes(model);
        Assert.InRange(before.Top1, 0, 100);
        Assert.Equal((100, TinySet.ImageCount), (before.Top5, before.Images));
        Assert.Equal(before, Classes(whitened));
        var refused = RetrievalProcess.Run("whiten", "--model", whitened, "--data", set.Images, "--kind", "pca", "--size", "32x32", "--out", whitened, "--threads", "1");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("a model that has no whitening yet", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>The paper's second way to a p for another size: training it alone, under the classifier as it is.</summary>
    [Fact]
    public void TrainsTheExponentAloneUnderTheModelsClassifier()
    {
        string[] recipe = ["--recipe", "multigrain-2019.small", "--arch", "resnet18-w4-s1", "--size", "32x32", "--set", "data.cropSide=16", "--set", "sampling.batch=16", "--epochs", "1", "--threads", "1", "--seed", "2"];
        string trained = set.File("trained", "model.safetensors"), tuned = set.File("tuned", "model.safetensors");
        Assert.Equal(0, Train("trained", "--data", set.Images).ExitCode);
        string[] alone = ["--weights", trained, "--set", "network.trained=exponent", "--set", "losses.margin.weight=0", "--set", "data.cropSide=32"];
        var run = Train("tuned", ["--data", set.Images, .. alone]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("the classifier starts from model.safetensors", run.ErrorLines);

        using (SafetensorsFile before = SafetensorsFile.Open(trained), after = SafetensorsFile.Open(tuned))
        {
            Assert.Equal(before.Entries.Keys.Order(), after.Entries.Keys.Order());
            Assert.Contains("embedding.classifier.weight", before.Entries.Keys);
            Assert.Equal(["pool.p"], before.Entries.Where(entry => entry.Value.ElementType == "F32").Select(entry => entry.Key).Where(name => !before.ReadAsFloat32(name).AsSpan().SequenceEqual(after.ReadAsFloat32(name))));
        }

        set.WriteImages(Path.Combine("others", "deeper"), 4);
        Assert.Contains("the data's 4 classes and has no whitening", Train("refused", ["--data", set.File("others"), .. alone]).ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("--weights <file>", Train("refused", "--data", set.Images, "--set", "network.trained=exponent").ErrorLines[^1], StringComparison.Ordinal);

        (int ExitCode, string[] ErrorLines) Train(string folder, params string[] others)
        {
            var run = RetrievalProcess.Run(["train", "--out", set.File(folder), .. recipe, .. others]);
            return (run.ExitCode, [.. run.ErrorLines]);
        }
    }

    [Fact]
    public void EvaluatesCopiesAndInstancesByTheirFolders()
    {
        for (var i = 0; i < 8; i++)
            Save("ukbench", $"ukbench{i:D5}.png", i);
        var ukbench = RetrievalProcess.Run("eval", "--model", set.Model, "--data", $"ukbench:{set.File("ukbench")}", "--size", "32x32", "--json", "--threads", "1");
        Assert.Equal(0, ukbench.ExitCode);
        Assert.Contains("N-S score", ukbench.Error, StringComparison.Ordinal);
        Assert.Contains("UKBench", ukbench.JsonLines[1].GetProperty("protocol").GetString(), StringComparison.Ordinal);

        foreach (var number in (int[])[100000, 100001, 100100, 100101])
            Save("holidays", $"{number}.png", number);
        var upright = RetrievalProcess.Run("eval", "--model", set.Model, "--data", $"holidays-upright:{set.File("holidays")}", "--size", "32x32", "--threads", "1");
        Assert.Equal(2, upright.ExitCode);
        Assert.Contains("needs the list of images to turn", upright.Error, StringComparison.Ordinal);
        File.WriteAllText(set.File("holidays", "holidays-rotate.yaml"), "{\"100001.png\": 90}");
        var turned = RetrievalProcess.Run("eval", "--model", set.Model, "--data", $"holidays-upright:{set.File("holidays")}", "--size", "32x32", "--json", "--threads", "1");
        Assert.Equal((0, "upright"), (turned.ExitCode, turned.JsonLines[1].GetProperty("variant").GetString()));
    }

    [Fact]
    public void ATurnedImageIsTurnedWithTheClock()
    {
        var image = TestImages.Noise(3, 2);
        var turned = image.TurnRight();
        Assert.Equal((2, 3), (turned.Width, turned.Height));
        Assert.Equal((image[0, 1], image[0, 0], image[2, 0]), (turned[0, 0], turned[1, 0], turned[1, 2]));
    }

    private static (double Top1, double Top5, int Images) Classes(string model, string data)
    {
        var run = RetrievalProcess.Run("eval", "--model", model, "--data", data, "--size", "32x32", "--json", "--threads", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        var line = run.JsonLines.Single(line => line.GetProperty("what").GetString() == "classification");
        return (line.GetProperty("top1").GetDouble(), line.GetProperty("top5").GetDouble(), line.GetProperty("images").GetInt32());
    }

    private (double Top1, double Top5, int Images) Classes(string model) => Classes(model, set.Images);

    private void Save(string folder, string name, int seed)
    {
        Directory.CreateDirectory(set.File(folder));
        ImageEncoder.Save(TestImages.Noise(32, 32, (ulong)seed), set.File(folder, name));
    }
}
