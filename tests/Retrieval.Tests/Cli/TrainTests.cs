using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Retrieval.Host;
using Retrieval.Models.WeightFiles;
using Retrieval.Training;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class TrainTests(TinySet set) : IClassFixture<TinySet>
{
    private static readonly string[] Small =
        ["--arch", "resnet18-w4", "--size", "16x16", "--negatives", "2", "--tuples", "8", "--threads", "1", "--seed", "3"];

    [Fact]
    public void Trains_tells_each_epoch_and_resumes()
    {
        var folder = set.File("run");
        var first = RetrievalProcess.Run(Arguments("run", epochs: 2, "--val", set.Images, "--val-every", "1", "--json"));
        Assert.Equal(0, first.ExitCode);
        Assert.Contains(first.ErrorLines, line => line.Contains("4 classes", StringComparison.Ordinal) && line.EndsWith("seed 3; from epoch 0", StringComparison.Ordinal));
        Assert.Equal(2, first.ErrorLines.Count(IsEpochLine));
        Assert.Equal([-1, 0, 1], first.JsonLines.Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.All(first.JsonLines, line => Assert.InRange(line.GetProperty("map").GetDouble(), 1, 100));
        Assert.All(first.JsonLines.Skip(1), line => Assert.Equal(TinySet.ImageCount, line.GetProperty("items").GetInt32()));
        Assert.Equal(["checkpoint.safetensors", "model.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());

        var refused = RetrievalProcess.Run(Arguments("run", epochs: 3));
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("add --resume", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);

        var resumed = RetrievalProcess.Run(Arguments("run", epochs: 3, "--resume", "--json"));
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(1, resumed.ErrorLines.Count(IsEpochLine));
        Assert.Equal([0, 1, 2], resumed.JsonLines.Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal(first.JsonLines.Skip(1).Select(Loss), resumed.JsonLines.Take(2).Select(Loss));
        Assert.Equal("3", Provenance("run")["epochs"]);

        // A run that ended between its last checkpoint and the model file.
        File.Delete(Path.Combine(folder, "model.safetensors"));
        Assert.Equal(0, RetrievalProcess.Run(Arguments("run", epochs: 3, "--resume")).ExitCode);
        Assert.Equal(("3", "16x16", "drawn from seed 3"), (Provenance("run")["epochs"], Provenance("run")["size"], Provenance("run")["initial weights"]));

        var otherSeed = RetrievalProcess.Run(Arguments("run", epochs: 4, "--resume", "--seed", "4"));
        Assert.Equal(2, otherSeed.ExitCode);
        Assert.Contains("another seed: it has 3, asked for 4", otherSeed.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_or_interrupted_it_resumes_to_the_same_bytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Unix");
        var checkpoint = set.File("stopped", "checkpoint.safetensors");
        var killed = StopAfterAnEpoch("KILL", Arguments("stopped", epochs: 10_000));
        Assert.Equal(137, killed.ExitCode);
        Assert.False(File.Exists(set.File("stopped", "model.safetensors")));
        var done = EpochsIn(checkpoint);
        Assert.True(done > 0);

        var interrupted = StopAfterAnEpoch("INT", Arguments("stopped", epochs: 10_000, "--resume"));
        Assert.Equal((130, "interrupted"), (interrupted.ExitCode, interrupted.ErrorLines[^1]));
        Assert.Single(interrupted.ErrorLines, line => line.Contains("interrupted", StringComparison.Ordinal));
        Assert.Contains(interrupted.ErrorLines, line => line.EndsWith($"from epoch {done}", StringComparison.Ordinal));
        Assert.True(EpochsIn(checkpoint) > done);

        var epochs = EpochsIn(checkpoint) + 1;
        Assert.Equal(0, RetrievalProcess.Run(Arguments("stopped", epochs, "--resume")).ExitCode);
        Assert.Equal(0, RetrievalProcess.Run(Arguments("whole", epochs)).ExitCode);
        Assert.Equal(File.ReadAllBytes(set.File("whole", "model.safetensors")), File.ReadAllBytes(set.File("stopped", "model.safetensors")));
    }

    /// <summary>Everything that a checkpoint can hold: parameters of losses, centres, a moving average, accumulated batches, figures of validation.</summary>
    [Fact]
    public void A_recipe_killed_resumes_to_the_same_bytes_and_refuses_another_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Unix");
        string[] Recipe(string folder, int epochs, params string[] more) =>
        [
            "train", "--recipe", "ctl-iconip2021.small", "--data", set.Images, "--out", set.File(folder), "--epochs", $"{epochs}", "--val", set.Images, "--threads", "1",
            .. ((string[])["network.backbone=resnet18-w4-s1", "data.size=16x16", "data.pad=2", "sampling.identities=3", "sampling.instances=3", "optimiser.average=0.9",
                "optimiser.accumulate=2", "optimiser.clip=5", "evaluation.every=1"]).SelectMany(setting => (string[])["--set", setting]), .. more,
        ];
        var checkpoint = set.File("recipe", "checkpoint.safetensors");
        Assert.Equal(137, StopAfterAnEpoch("KILL", Recipe("recipe", epochs: 10_000)).ExitCode);
        var epochs = EpochsIn(checkpoint) + 2;
        var other = RetrievalProcess.Run(Recipe("recipe", epochs, "--resume", "--set", "losses.centre.weight=0.001"));
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("another losses.centre.weight: it has 0.0005, asked for 0.001", other.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(0, RetrievalProcess.Run(Recipe("recipe", epochs, "--resume")).ExitCode);
        Assert.Equal(0, RetrievalProcess.Run(Recipe("recipe-whole", epochs)).ExitCode);
        Assert.Equal(File.ReadAllBytes(set.File("recipe-whole", "model.safetensors")), File.ReadAllBytes(set.File("recipe", "model.safetensors")));
        Assert.Contains("\"centroidTriplet\"", Provenance("recipe")["recipe"], StringComparison.Ordinal);
    }

    /// <summary>The rate falls to nothing at once, so that a best figure comes early; statistics go on moving and figures with them.</summary>
    [Fact]
    public void Training_ends_when_its_figure_has_not_grown_for_long_enough_and_keeps_the_best_model()
    {
        const int patience = 2, every = 2;
        string[] settings = [$"evaluation.patience={patience}", $"evaluation.every={every}", "schedule.kind=steps", "schedule.milestones=[3]", "schedule.factor=1e-6"];
        var run = RetrievalProcess.Run(Arguments("patient", epochs: 60, ["--val", set.Images, "--json", .. settings.SelectMany(setting => (string[])["--set", setting])]));
        Assert.Equal(0, run.ExitCode);
        var figures = run.JsonLines.Where(line => line.GetProperty("map").ValueKind == JsonValueKind.Number).Select(line => (Epoch: line.GetProperty("epoch").GetInt32(), Map: line.GetProperty("map").GetDouble())).ToArray();
        var best = figures.MaxBy(figure => figure.Map);
        Assert.Equal([-1, .. Enumerable.Range(1, figures.Length - 1).Select(i => (i * every) - 1)], figures.Select(figure => figure.Epoch));
        Assert.Equal(patience, figures.Count(figure => figure.Epoch > best.Epoch));
        Assert.Equal(figures[^1].Epoch, run.JsonLines[^1].GetProperty("epoch").GetInt32());
        Assert.InRange(best.Epoch, 1, 59);

        Assert.Equal($"{best.Epoch + 1}", Provenance("patient")["epochs"]);
        var kept = RetrievalProcess.Run("eval", "--model", set.File("patient", "model.safetensors"), "--data", set.Images, "--json", "--threads", "1");
        Assert.Equal(best.Map, kept.JsonLines[^1].GetProperty("map").GetDouble(), 1e-9);
        Assert.Equal(2, RetrievalProcess.Run(Arguments("impatient", epochs: 2, "--set", "evaluation.patience=2")).ExitCode);
    }

    /// <summary>The classifier that cross-entropy trains is in the model's file with the classes' names; what evaluation says by it is what it has learnt.</summary>
    [Fact]
    public void A_classifier_is_trained_saved_and_evaluated()
    {
        string[] settings = ["network.backbone=resnet18-w4", "data.size=16x16", "data.cropArea=1", "data.cropSide=0", "sampling.batch=12", "evaluation.size=16x16", "optimiser.average=0.5"];
        var run = RetrievalProcess.Run(["train", "--recipe", "multigrain-2019.small", "--data", set.Images, "--out", set.File("grains"), "--epochs", "12", "--threads", "1", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        Assert.True(run.ExitCode == 0, run.Error);
        using (var device = Device.OpenCpu(1))
        using (var model = ModelFile.Load(set.File("grains", "model.safetensors"), device))
            Assert.Equal(["class0", "class1", "class2", "class3"], model.Classifier!.Classes);
        var evaluated = RetrievalProcess.Run("eval", "--model", set.File("grains", "model.safetensors"), "--data", set.Images, "--json", "--threads", "1");
        var line = Assert.Single(evaluated.JsonLines, line => line.GetProperty("what").GetString() == "classification");
        Assert.Equal((TinySet.ImageCount, TinySet.ClassCount), (line.GetProperty("images").GetInt32(), line.GetProperty("classes").GetInt32()));
        Assert.InRange(line.GetProperty("top1").GetDouble(), 60, 100);
    }

    [Fact]
    public void Unreadable_images_are_left_out_and_listed_once()
    {
        set.WriteImages("torn", perClass: 4);
        var torn = set.File("torn", "class1", "002.png");
        File.WriteAllText(torn, "no image");
        var run = RetrievalProcess.Run(Arguments("run-torn", epochs: 2, "--data", set.File("torn"), "--json"));
        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.ErrorLines, line => line.StartsWith(torn, StringComparison.Ordinal));
        Assert.All(run.JsonLines, line => Assert.Equal(1, line.GetProperty("unreadable").GetInt32()));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("nearest")]
    [InlineData("mostCommon")]
    public void Trains_on_3D_models(string rule)
    {
        set.WriteImages(Path.Combine("models", "jpg"), perClass: 4);
        for (var scene = 0; scene < TinySet.ClassCount; scene++)
        {
            var model = Directory.CreateDirectory(set.File("models", "sfm", $"scene{scene}", "sparse", "0")).FullName;
            File.WriteAllText(Path.Combine(model, "cameras.txt"), "1 PINHOLE 32 32 40 40 16 16\n");
            File.WriteAllText(Path.Combine(model, "points3D.txt"), "1 0 0 5 0 0 0 0\n2 1 0 6 0 0 0 0\n");
            // The last image of each class belongs to no model.
            File.WriteAllLines(Path.Combine(model, "images.txt"), Enumerable.Range(0, 3).SelectMany(image => new[] { $"{image} 1 0 0 0 {image} 0 0 1 class{scene}/{image:D3}.png", "3 4 1 5 6 2" }));
        }
        var run = RetrievalProcess.Run(Arguments("run-" + rule, epochs: 1, "--data", set.File("models"), "--positives", rule, "--json"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.ErrorLines, line => line.StartsWith("models: 12 images in 4 3-D models, 4 in none and left out", StringComparison.Ordinal));
        Assert.Equal(12, Assert.Single(run.JsonLines).GetProperty("items").GetInt32());
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_by_name()
    {
        var checkpoint = set.File("damaged", "checkpoint.safetensors");
        Directory.CreateDirectory(set.File("damaged"));
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(set.Model)[..500]);
        var run = RetrievalProcess.Run(Arguments("damaged", epochs: 2, "--resume"));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"error: {checkpoint}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(500, new FileInfo(checkpoint).Length);
    }

    [Theory]
    [InlineData("no such", "--data", "nowhere")]
    [InlineData("1 of 3 images are missing, the first in line 2", "--data", "LIST")]
    [InlineData("--size <width>x<height>", "--size", "64")]
    [InlineData("--statistics frozen", "--size", "64")]
    [InlineData("resnet152", "--arch", "vgg19")]
    [InlineData("pooling: expected one of mac", "--pool", "max")]
    [InlineData("loss: expected contrastive or triplet", "--loss", "softmax")]
    [InlineData("schedule: expected exp:<factor>", "--schedule", "cosine")]
    [InlineData("only 3 clusters besides its own", "--negatives", "4")]
    [InlineData("mostCommon needs the 3-D points", "--positives", "mostCommon")]
    [InlineData("no such", "--val", "nowhere")]
    [InlineData("nowhere", "--weights", "nowhere")]
    [InlineData("layer1.2.conv1.weight", "--weights", "MODEL", "--arch", "resnet34-w4")]
    [InlineData("use a lower learning rate (--rate)", "--rate", "10", "--optimizer", "sgd", "--decay", "0.99", "--epochs", "100")]
    public void Wrong_inputs_are_one_line(string complaint, params string[] arguments)
    {
        File.WriteAllLines(set.File("list.txt"), ["images/class0/000.png a", "images/class0/none.png a", "images/class1/000.png b"]);
        string[] named = [.. arguments.Select(argument => argument switch { "LIST" => set.File("list.txt"), "MODEL" => set.Model, "nowhere" => set.File("nowhere"), _ => argument })];
        var run = RetrievalProcess.Run(Arguments("wrong", epochs: 1, named));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, Assert.Single(run.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.False(File.Exists(set.File("wrong", "model.safetensors")));
    }

    [Fact]
    public void A_validation_image_that_cannot_be_read_is_found_before_training()
    {
        set.WriteImages("validation", perClass: 2);
        File.WriteAllText(set.File("validation", "class3", "001.png"), "no image");
        var run = RetrievalProcess.Run(Arguments("unvalidated", epochs: 2, "--val", set.File("validation"), "--val-every", "2"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(set.File("validation", "class3", "001.png"), run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(run.ErrorLines, IsEpochLine);
    }

    /// <summary>The other options take the place of the usual ones of the same name.</summary>
    private string[] Arguments(string folder, int epochs, params string[] others)
    {
        var defaults = new List<string> { "--data", set.Images, "--out", set.File(folder), "--epochs", epochs.ToString(CultureInfo.InvariantCulture) };
        defaults.AddRange(Small);
        foreach (var option in others.Where(word => word.StartsWith("--", StringComparison.Ordinal) && defaults.Contains(word)))
            defaults.RemoveRange(defaults.IndexOf(option), 2);
        return ["train", .. defaults, .. others];
    }

    private Dictionary<string, string> Provenance(string folder)
    {
        using var device = Device.OpenCpu(1);
        using var model = ModelFile.Load(set.File(folder, "model.safetensors"), device);
        return model.Provenance;
    }

    private static bool IsEpochLine(string line) => line.StartsWith("epoch ", StringComparison.Ordinal) && line.Contains(": loss ", StringComparison.Ordinal);

    private static string Loss(JsonElement line) => line.GetProperty("loss").GetRawText();

    private static int EpochsIn(string checkpoint)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        file.VerifyChecksum();
        return JsonSerializer.Deserialize<EpochReport[]>(file.Metadata["history"])!.Length;
    }

    /// <summary>Runs the command, and sends a signal when it tells of an epoch that has ended.</summary>
    private static RetrievalProcess StopAfterAnEpoch(string signal, string[] arguments)
    {
        using var process = RetrievalProcess.Start([], arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var lines = new List<string>();
        while (process.StandardError.ReadLine() is { } line)
        {
            lines.Add(line);
            if (lines.Count(IsEpochLine) == 1 && IsEpochLine(line))
            {
                using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            }
        }
        process.WaitForExit();
        return new RetrievalProcess(process.ExitCode, output.GetAwaiter().GetResult(), string.Join('\n', lines));
    }
}
