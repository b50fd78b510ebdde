using System.Text.Json;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class EvalTests(TinySet set) : IClassFixture<TinySet>
{
    [Fact]
    public void Prints_a_line_for_each_descriptor()
    {
        var run = Eval(set.Model, set.Images, "--untrained", "--seed", "1", "--expand", "3", "--json", "--scales", "1,0.7071");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["colour histogram", "untrained (resnet18-w4 Gem)", "untrained (resnet18-w4 Gem) + aQE 3, alpha 3", "model (resnet18-w4 Gem)", "model (resnet18-w4 Gem) + aQE 3, alpha 3"],
            run.JsonLines.Select(line => line.GetProperty("descriptor").GetString()));
        foreach (var line in run.JsonLines)
        {
            Assert.Equal("eval", line.GetProperty("what").GetString());
            Assert.InRange(line.GetProperty("map").GetDouble(), 1, 100);
            Assert.InRange(line.GetProperty("recallAt1").GetDouble(), 0, 100);
            Assert.Contains("leave one out", line.GetProperty("protocol").GetString(), StringComparison.Ordinal);
        }
        // The model was drawn from the same seed as the untrained network.
        Assert.Equal(Figures(run.JsonLines[1]), Figures(run.JsonLines[3]));
        Assert.NotEqual(Figures(run.JsonLines[0]), Figures(run.JsonLines[3]));
        Assert.Equal(TinySet.Dimension, run.JsonLines[3].GetProperty("dimension").GetInt32());
    }

    [Fact]
    public void Prints_a_table_for_people_and_the_protocol_of_every_figure()
    {
        var run = Eval(set.Model, set.Images);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("mAP [%]", run.Output, StringComparison.Ordinal);
        Assert.Contains("colour histogram", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("untrained", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public void The_same_twice_is_the_same() =>
        Assert.Equal(Eval(set.Model, set.Images, "--json").Output, Eval(set.Model, set.Images, "--json").Output);

    [Theory]
    [InlineData("not a usable safetensors file", "cut off")]
    [InlineData("not a usable safetensors file", "flipped")]
    [InlineData("nowhere", "missing")]
    [InlineData("not a usable safetensors file", "image")]
    public void A_damaged_model_is_one_line(string complaint, string damage)
    {
        var path = set.File(damage == "missing" ? "nowhere.safetensors" : $"{damage}.safetensors");
        var bytes = File.ReadAllBytes(set.Model);
        if (damage == "cut off")
            File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        if (damage == "flipped")
        {
            bytes[bytes.Length * 3 / 4] ^= 64;
            File.WriteAllBytes(path, bytes);
        }
        if (damage == "image")
            File.Copy(set.File("images", "class0", "000.png"), path);
        Refused(Eval(path, set.Images), path, complaint);
    }

    [Fact]
    public void Images_that_cannot_be_read_are_refused_since_the_figures_would_not_be_the_protocols()
    {
        set.WriteImages("torn", perClass: 2);
        File.WriteAllText(set.File("torn", "class2", "001.png"), "no image");
        Refused(Eval(set.Model, set.File("torn")), set.File("torn", "class2", "001.png"), "");
    }

    [Fact]
    public void Lists_and_folders_that_give_nothing_to_find_are_refused()
    {
        File.WriteAllLines(set.File("single.txt"), ["images/class0/000.png a", "images/class1/000.png b"]);
        File.WriteAllLines(set.File("missing.txt"), ["images/class0/000.png a", "images/class0/nothing.png a"]);
        Refused(Eval(set.Model, set.File("single.txt")), "", "no class has two images");
        Refused(Eval(set.Model, set.File("missing.txt")), set.File("missing.txt"), "1 of 2 images are missing");
        Refused(Eval(set.Model, set.File("nowhere")), set.File("nowhere"), "no such");
        Refused(Eval(set.Model, set.Images, "--scales", "0"), "", "scales: expected factors");
    }

    private static RetrievalProcess Eval(string model, string data, params string[] others) =>
        RetrievalProcess.Run(["eval", "--model", model, "--data", data, "--size", "32x32", "--threads", "1", .. others]);

    private static void Refused(RetrievalProcess run, string path, string complaint)
    {
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var line = Assert.Single(run.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains(complaint, line, StringComparison.Ordinal);
    }

    private static string Figures(JsonElement line) =>
        string.Join(' ', line.EnumerateObject().Where(field => field.Name is "map" or "recallAt1" or "recallAt10").Select(field => field.Value.GetRawText()));
}
