using System.Text.Json;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;
using Retrieval.Tests.Models;
using Retrieval.Tests.Support;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;
using Retrieval.Training.Schedules;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>What a checkpoint refuses, it refuses in one line that names it, and the trainer stays as it was.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const int MutationCount = 400;

    private static readonly TrainingOptions Base = TinyTraining.Options with { Recipe = Recipe.Empty };

    private readonly string _folder = Directory.CreateTempSubdirectory("retrieval-checkpoint-").FullName;
    private readonly string _path;
    private readonly byte[] _good;

    public CheckpointTests()
    {
        _path = Path.Combine(_folder, "checkpoint.safetensors");
        using var run = new TinyTraining(Base).RunEpochs(1);
        Checkpoint.Save(run.Trainer, _path);
        _good = File.ReadAllBytes(_path);
    }

    /// <summary>Runs that differ in one thing, by the word for it in the message and what it is exactly.</summary>
    private static readonly Dictionary<(string What, string Detail), (TrainingOptions Options, TupleDataset? Data, NetworkDescription? Network)> OtherRuns = new()
    {
        [("seed", "")] = (Base with { Seed = 6 }, null, null),
        [("loss", "")] = (Base with { Losses = TinyTraining.Loss(new TripletLoss()) }, null, null),
        [("schedule", "")] = (Base with { Schedule = new WarmupMultiStepSchedule(5e-3, [3], 0.9) }, null, null),
        [("optimiser", "")] = (Base with { Optimizer = new OptimizerOptions(OptimizerKind.Sgd) }, null, null),
        [("sampling", "")] = (Base with { Sampling = TinyTraining.Tuples with { BatchNegatives = true } }, null, null),
        [("augmentation", "")] = (Base with { Augmentation = new TrainingAugmentation(new HorizontalFlip()) }, null, null),
        [("statistics", "")] = (Base with { Statistics = PassMode.FrozenStatistics }, null, null),
        [("rate by steps", "")] = (Base with { RateBySteps = true }, null, null),
        [("accumulation", "")] = (Base with { Accumulation = 2 }, null, null),
        [("moving average", "")] = (Base with { Average = 0.9 }, null, null),
        [("losses.contrastive.margin", "a recipe's")] = (Base with { Recipe = Recipe.Empty.With(LossSection.ContrastiveMargin, 0.5) }, null, null),
        [("architecture", "last stride")] = (Base, null, Network with { Backbone = ResNetTests.SmallBackbone with { LastStride = 1 } }),
        [("head", "no layer")] = (Base, null, ResNetTests.Small(PoolingKind.Gem)),
        [("normalisation", "none")] = (Base, null, Network with { Normalization = new ImageNormalization([0, 0, 0], [1, 1, 1]) }),
        [("data", "another size")] = (Base, TinyTraining.Data with { Description = "stripes at another size" }, null),
        [("data", "other classes")] = (Base, TinyTraining.Data with { Clusters = [.. TinyTraining.Data.Clusters.Select(cluster => cluster ^ 1)] }, null),
        [("data", "more images")] = (Base, StripedImages.Dataset(6, 5), null),
    };

    private static NetworkDescription Network => ResNetTests.Small(PoolingKind.Gem, 8);

    public static TheoryData<string, string> Others => new(OtherRuns.Keys);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_run_is_refused_by_what_differs(string what, string detail)
    {
        var (options, data, network) = OtherRuns[(what, detail)];
        using var run = new TinyTraining(options, data, network: network);
        Assert.Contains($"another {what}: it has", Refused(run, _path), StringComparison.Ordinal);
    }

    /// <summary>A new option must become part of a run's identity, with a case above.</summary>
    [Fact]
    public void Every_option_makes_another_run()
    {
        Assert.Equal(typeof(TrainingOptions).GetProperties().Length, OtherRuns.Values.Count(run => run.Options != Base));
    }

    [Fact]
    public void Moved_data_is_the_same_data()
    {
        MemoryImageSource At(string folder) => new([.. Enumerable.Range(0, 24).Select(TinyTraining.Data.Images.Load)], i => $"{folder}/{i}.png");
        TupleDataset Data(string folder) => TupleDataset.FromLabels(At(folder), StripedImages.Labels(6, 4));
        using (var run = new TinyTraining(Base, Data("old")).RunEpochs(1))
            Checkpoint.Save(run.Trainer, _path);
        using var moved = new TinyTraining(Base, Data("new/place"));
        Checkpoint.Resume(moved.Trainer, _path);
        Assert.Single(moved.Trainer.History);
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        using var run = new TinyTraining(Base, weightSeed: 3);
        var before = run.State;
        var random = new Random(17);
        for (var turn = 0; turn < MutationCount; turn++)
        {
            var bytes = FileMutation.Of(_good, random, turn);
            if (!bytes.AsSpan().SequenceEqual(_good))
                Refused(run, Write(bytes), checkState: false);
        }
        Assert.Equal(before, run.State);
    }

    /// <summary>Whoever writes a checksum that fits can change figures, but can bring nothing to fall and nothing half-loaded about.</summary>
    [Fact]
    public void A_forged_file_is_refused_or_taken_whole()
    {
        using var run = new TinyTraining(Base, weightSeed: 3);
        var before = run.State;
        var random = new Random(18);
        int refused = 0, taken = 0;
        for (var turn = 0; turn < MutationCount; turn++)
        {
            var path = Write(FileMutation.Sealed(FileMutation.Of(_good, random, turn)));
            try
            {
                Checkpoint.Resume(run.Trainer, path);
                Assert.Single(run.Trainer.History);
                taken++;
            }
            catch (InvalidDataException exception)
            {
                Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
                refused++;
                continue;
            }
            Checkpoint.Resume(run.Trainer, _path);
            before = run.State;
        }
        Assert.Equal(before, run.State);
        Assert.True(refused > MutationCount / 2 && taken > MutationCount / 10, $"{refused} refused, {taken} taken");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    [InlineData("[ONE,ONE]")]
    [InlineData("[ONE,null]")]
    [InlineData("[EPOCH1]")]
    [InlineData("[EPOCH-1]")]
    [InlineData("[NAN]")]
    [InlineData("[HUGE]")]
    [InlineData("[NEGATIVE]")]
    [InlineData("[EXTRA]")]
    [InlineData("[]")]
    public void An_absurd_history_is_refused(string history)
    {
        var one = JsonSerializer.Serialize(new EpochReport(0, 0.5, 0.1, 0.2, 0.01, 7, 0, 0, 1, 1));
        var absurd = history.Replace("ONE", one, StringComparison.Ordinal)
            .Replace("EPOCH1", one.Replace("\"Epoch\":0", "\"Epoch\":1", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("EPOCH-1", one.Replace("\"Epoch\":0", "\"Epoch\":99999999999", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("NAN", one.Replace("0.5", "\"NaN\"", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("HUGE", one.Replace("0.5", "1e999", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("NEGATIVE", one.Replace("\"Items\":7", "\"Items\":-7", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("EXTRA", one.Replace("}", ",\"More\":1}", StringComparison.Ordinal), StringComparison.Ordinal);
        using var run = new TinyTraining(Base, weightSeed: 3);
        Refused(run, Write(WithMetadata("history", absurd)));
    }

    [Theory]
    [InlineData("\"optimizer.step\":{\"dtype\":\"I32\",\"shape\":[]", "\"optimizer.step\":{\"dtype\":\"F32\",\"shape\":[]")]
    [InlineData("\"optimizer.step\":{\"dtype\":\"I32\",\"shape\":[]", "\"optimizer.step\":{\"dtype\":\"U8\",\"shape\":[4]")]
    [InlineData("\"optimizer.momentum.pool.p\"", "\"optimizer.momentum.pool.q\"")]
    [InlineData("\"pool.p\"", "\"pool.q\"")]
    [InlineData("\"shape\":[4,3,7,7]", "\"shape\":[4,7,3,7]")]
    [InlineData("\"retrieval-checkpoint\"", "\"retrieval-model\"")]
    [InlineData("\"version\":\"2\"", "\"version\":\"7\"")]
    [InlineData("\"file.sha256\"", "\"file.sha257\"")]
    public void Tensors_that_do_not_fit_are_refused(string old, string replacement)
    {
        using var run = new TinyTraining(Base, weightSeed: 3);
        Refused(run, Write(FileMutation.WithHeaderText(_good, old, replacement)));
    }

    [Fact]
    public void Other_files_are_refused()
    {
        using var run = new TinyTraining(Base);
        ModelFile.Save(run.Model, _path);
        Assert.Contains("not a checkpoint", Refused(run, _path), StringComparison.Ordinal);
        ImageEncoder.Save(new RgbImage(8, 8), Path.Combine(_folder, "image.png"));
        Refused(run, Path.Combine(_folder, "image.png"));
        Assert.Throws<FileNotFoundException>(() => Checkpoint.Resume(run.Trainer, Path.Combine(_folder, "nothing")));
    }

    private static string Refused(TinyTraining run, string path, bool checkState = true)
    {
        var before = checkState ? run.State : null;
        var exception = Assert.Throws<InvalidDataException>(() => Checkpoint.Resume(run.Trainer, path));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        if (checkState)
            Assert.Equal(before, run.State);
        return exception.Message;
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "mutated.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The good file with another value of a metadata key.</summary>
    private byte[] WithMetadata(string key, string value)
    {
        string old;
        using (var file = SafetensorsFile.Open(_path))
            old = file.Metadata[key];
        // As the writer escapes it.
        string Json(string text) => $"\"{key}\":\"{JsonEncodedText.Encode(text)}\"";
        return FileMutation.WithHeaderText(_good, Json(old), Json(value));
    }
}
