using System.Diagnostics;
using Retrieval.Host;
using Retrieval.Index;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class ExtractTests(TinySet set) : IClassFixture<TinySet>
{
    private static readonly string[] Small = ["--size", "32x32", "--batch", "4", "--threads", "2"];

    [Fact]
    public void Writes_descriptors_with_ids_labels_and_paths()
    {
        var output = set.File("all.index");
        var run = RetrievalProcess.Run(["extract", "--model", set.Model, "--data", set.Images, "--out", output, "--scales", "1,0.5", "--json", .. Small]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(TinySet.ImageCount, Assert.Single(run.JsonLines).GetProperty("images").GetInt32());
        using var device = Device.OpenCpu(1);
        using var index = FlatIndex.Open(device, output);
        Assert.Equal((TinySet.ImageCount, TinySet.Dimension), (index.Count, index.Dimension));
        Assert.Equal((9, "class1"), (index.Id(9), index.Label(9)));
        Assert.Equal(set.File("images", "class1", "001.png"), index.Path(9));
        Assert.Equal(("model.safetensors", "resnet18-w4", "gem", "none", "32x32", "1,0.5"),
            (index.Provenance["model"], index.Provenance["backbone"], index.Provenance["pooling"], index.Provenance["whitening"], index.Provenance["size"], index.Provenance["scales"]));
        Assert.False(File.Exists(output + ".partial-descriptors"));
    }

    [Fact]
    public void Unreadable_images_are_left_out_and_listed()
    {
        set.WriteImages("torn", perClass: 8);
        foreach (var label in (int[])[0, 1, 2])
            for (var i = 0; i < 8; i++)
                File.WriteAllBytes(set.File("torn", $"class{label}", $"{i:D3}.png"), File.ReadAllBytes(set.File("torn", $"class{label}", $"{i:D3}.png"))[..(40 + i)]);
        var output = set.File("torn.index");
        var run = RetrievalProcess.Run(["extract", "--model", set.Model, "--data", set.File("torn"), "--out", output, .. Small]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("24 images could not be read and were left out:", run.ErrorLines);
        Assert.Contains(run.ErrorLines, line => line.StartsWith(set.File("torn", "class0", "000.png"), StringComparison.Ordinal));
        Assert.Contains("and 4 more", run.ErrorLines);
        using var device = Device.OpenCpu(1);
        using var index = FlatIndex.Open(device, output);
        Assert.Equal(Enumerable.Range(24, 8).Select(id => (long)id), Enumerable.Range(0, (int)index.Count).Select(row => index.Id(row)));
    }

    [Fact]
    public void Killed_it_keeps_the_last_good_file_and_goes_on_to_the_same_bytes()
    {
        set.WriteImages("many", perClass: 50);
        File.WriteAllText(set.File("many", "class0", "007.png"), "no image");
        string whole = set.File("whole.index"), output = set.File("killed.index"), journal = output + ".partial-descriptors";
        string[] Arguments(string file) =>
            ["extract", "--model", set.Model, "--data", set.File("many"), "--out", file, "--size", "128x128", "--scales", "1,0.7", "--batch", "2", "--threads", "1"];
        Assert.Equal(0, RetrievalProcess.Run(Arguments(whole)).ExitCode);
        File.WriteAllText(output, "the last good file");
        KillWhen(() => File.Exists(journal) && new FileInfo(journal).Length > 16 * TinySet.Dimension * sizeof(float), Arguments(output));
        Assert.Equal("the last good file", File.ReadAllText(output));
        File.AppendAllText(journal, "a torn record");

        var resumed = RetrievalProcess.Run(Arguments(output));
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains(resumed.ErrorLines, line => line.StartsWith("going on with an interrupted run", StringComparison.Ordinal));
        Assert.Contains(resumed.ErrorLines, line => line.StartsWith(set.File("many", "class0", "007.png"), StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(output));
        Assert.False(File.Exists(journal));
    }

    [Fact]
    public void An_interrupted_run_with_other_settings_says_what_differs()
    {
        string output = set.File("other.index"), journal = output + ".partial-descriptors";
        string[] Arguments(int batch) => ["extract", "--model", set.Model, "--data", set.Images, "--out", output, "--size", "128x128", "--batch", $"{batch}", "--threads", "1"];
        KillWhen(() => File.Exists(journal) && new FileInfo(journal).Length > 0, Arguments(2));
        var run = RetrievalProcess.Run(Arguments(3));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("batch: it has '2', now '3'", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, RetrievalProcess.Run([.. Arguments(3), "--restart"]).ExitCode);
    }

    [Theory]
    [InlineData("nowhere.safetensors", "images", "nowhere.safetensors")]
    [InlineData("model.safetensors", "nowhere", "no such file or folder")]
    [InlineData("images/class0/000.png", "images", "not a usable safetensors file")]
    [InlineData("model.safetensors", "model.safetensors", "expected '<path of an image> <label>'")]
    public void Wrong_inputs_are_one_line(string model, string data, string complaint)
    {
        var run = RetrievalProcess.Run(["extract", "--model", set.File(model), "--data", set.File(data), "--out", set.File("wrong.index"), .. Small]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(set.File("wrong.index")));
    }

    /// <summary>Starts the command and kills it as soon as something has come true; it must not have ended by itself.</summary>
    private static void KillWhen(Func<bool> condition, string[] arguments)
    {
        using var process = RetrievalProcess.Start([], arguments);
        _ = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var watch = Stopwatch.StartNew();
        while (!condition() && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1))
            Thread.Sleep(1);
        Assert.True(condition(), $"it ended too early: {(process.HasExited ? error.GetAwaiter().GetResult() : "it does nothing")}");
        process.Kill();
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
    }
}
