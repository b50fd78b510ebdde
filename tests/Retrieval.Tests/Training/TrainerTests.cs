using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Schedules;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("retrieval-trainer-").FullName;

    /// <summary>Frozen statistics take images of several sizes.</summary>
    private static readonly TupleDataset SeveralSizes = StripedImages.Dataset(6, 4, i => i % 2 == 0 ? (16, 16) : (12, 20));

    public static TheoryData<OptimizerKind, PassMode> Kinds => new()
    {
        { OptimizerKind.Adam, PassMode.BatchStatistics },
        { OptimizerKind.Adam, PassMode.FrozenStatistics },
        { OptimizerKind.Sgd, PassMode.BatchStatistics },
        { OptimizerKind.Sgd, PassMode.FrozenStatistics },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_seed_decides_every_bit(OptimizerKind optimizer, PassMode statistics)
    {
        using var first = Start(optimizer, statistics, threads: 2).RunEpochs(2);
        using var second = Start(optimizer, statistics, threads: 2).RunEpochs(2);
        using var other = Start(optimizer, statistics, seed: 6).RunEpochs(2);
        Assert.Equal(first.State, second.State);
        Assert.NotEqual(first.State, other.State);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_resumed_run_ends_as_one_that_was_never_interrupted(OptimizerKind optimizer, PassMode statistics)
    {
        var path = Path.Combine(_folder, "checkpoint.safetensors");
        using var whole = Start(optimizer, statistics).RunEpochs(4);
        using (var first = Start(optimizer, statistics).RunEpochs(2))
            Checkpoint.Save(first.Trainer, path);
        using var second = Start(optimizer, statistics, weightSeed: 99);
        Checkpoint.Resume(second.Trainer, path);
        Assert.Equal(2, second.Trainer.History.Count);
        Assert.Equal(whole.State, second.RunEpochs(2).State);
    }

    [Theory]
    [InlineData("mining")]
    [InlineData("training")]
    public void Cancelled_in_an_epoch_it_goes_on_from_the_checkpoint_before(string stage)
    {
        var path = Path.Combine(_folder, "checkpoint.safetensors");
        using var whole = new TinyTraining(TinyTraining.Options).RunEpochs(3);
        using var run = new TinyTraining(TinyTraining.Options).RunEpochs(1);
        Checkpoint.Save(run.Trainer, path);
        using var cancellation = new CancellationTokenSource();
        var progress = new Watcher(value =>
        {
            if (value.Stage == stage && value.Done > 0)
                cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => run.Trainer.RunEpoch(progress, cancellation.Token));
        Assert.Single(run.Trainer.History);
        if (stage == "training")
        {
            Assert.Throws<InvalidOperationException>(() => run.Trainer.RunEpoch());
            Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(run.Trainer, path));
        }
        Checkpoint.Resume(run.Trainer, path);
        Assert.Equal(whole.State, run.RunEpochs(2).State);
    }

    [Fact]
    public void Progress_counts_to_the_end_of_each_stage()
    {
        var seen = new List<TrainingProgress>();
        using var run = new TinyTraining(TinyTraining.Options);
        run.Trainer.RunEpoch(new Watcher(seen.Add));
        foreach (var stage in (string[])["mining", "training"])
        {
            var values = seen.Where(value => value.Stage == stage).ToArray();
            Assert.Equal(0, values[0].Done);
            Assert.Equal(values[^1].Total, values[^1].Done);
            Assert.Equal(values.Select(value => value.Done).Order(), values.Select(value => value.Done));
        }
        Assert.Equal(7, seen[^1].Total);
    }

    [Fact]
    public void A_learning_rate_that_is_too_high_is_said_to_be()
    {
        using var run = new TinyTraining(TinyTraining.Options with { Schedule = new ExponentialSchedule(1e36, 1) });
        var exception = Assert.Throws<TrainingDivergedException>(() => run.Trainer.RunEpoch());
        Assert.Contains("epoch 0", exception.Message, StringComparison.Ordinal);
        Assert.Contains("lower learning rate", exception.Message, StringComparison.Ordinal);
        Assert.Empty(run.Trainer.History);
    }

    [Fact]
    public void Descriptors_that_are_no_numbers_are_found_before_training()
    {
        using var run = new TinyTraining(TinyTraining.Options).RunEpochs(1);
        run.Model.Network.Parameters["whiten.bias"].Set([float.NaN, 0, 0, 0, 0, 0, 0, 0]);
        var exception = Assert.Throws<TrainingDivergedException>(() => run.Trainer.RunEpoch());
        Assert.Contains("epoch 1: the descriptors", exception.Message, StringComparison.Ordinal);
        Assert.Single(run.Trainer.History);
    }

    [Fact]
    public void Unreadable_images_are_left_out_counted_and_listed()
    {
        var paths = WriteImages();
        File.WriteAllBytes(paths[2], File.ReadAllBytes(paths[2])[..60]);
        File.Delete(paths[9]);
        using var run = new TinyTraining(EveryImage, FromFiles(paths));
        var report = run.Trainer.RunEpoch();
        Assert.Equal((2, 0), (report.UnreadableImages, report.SkippedItems));
        Assert.Equal([paths[2], paths[9]], run.Trainer.Unreadable.Select(failure => failure.Path));
        Assert.All(run.Trainer.Unreadable, failure => Assert.Contains(failure.Path, failure.Reason, StringComparison.Ordinal));
        // The two themselves and the queries that drew one of them as their positive.
        Assert.InRange(report.Items, 24 - 8, 24 - 2);
    }

    [Fact]
    public void Tuples_with_an_image_that_vanished_after_mining_are_skipped()
    {
        var paths = WriteImages();
        using var run = new TinyTraining(EveryImage, FromFiles(paths));
        var report = run.Trainer.RunEpoch(new Watcher(value =>
        {
            if (value.Stage == "mining" && value.Done == value.Total)
                File.Delete(paths[5]);
        }));
        Assert.Equal(24, report.Items + report.SkippedItems);
        Assert.InRange(report.SkippedItems, 1, 20);
        Assert.Equal([paths[5]], run.Trainer.Unreadable.Select(failure => failure.Path));
        Assert.Equal(1, report.UnreadableImages);
    }

    [Fact]
    public void Without_a_readable_query_there_is_nothing_to_train()
    {
        var paths = WriteImages();
        foreach (var path in paths)
            File.Delete(path);
        using var run = new TinyTraining(EveryImage, FromFiles(paths));
        var exception = Assert.Throws<InvalidDataException>(() => run.Trainer.RunEpoch());
        Assert.Contains(paths[0], exception.Message, StringComparison.Ordinal);
        Assert.Contains("24 images cannot be read", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Plain descent, by hand: the mined tuples in their order, two to a step, gradients summed and then forgotten.</summary>
    [Fact]
    public void An_epoch_is_the_steps_of_its_tuples()
    {
        const double rate = 1e-3;
        var options = TinyTraining.Options with
        {
            Statistics = PassMode.FrozenStatistics,
            Augmentation = TrainingAugmentation.None,
            Optimizer = new OptimizerOptions(OptimizerKind.Sgd, Decay: 0, Momentum: 0) { Exponents = new ParameterGroup(7, 0) },
            Schedule = new ExponentialSchedule(rate, 1),
        };
        using var run = new TinyTraining(options, SeveralSizes).RunEpochs(1);
        using var other = new TinyTraining(options, SeveralSizes);
        var parameters = other.Model.Network.Parameters;
        using var step = TupleSteps.Create(other.Model.Network, new ContrastiveLoss(0.7f), options.Statistics, length: 5);
        var tuples = new TupleMiner(other.Model, SeveralSizes, TinyTraining.Tuples.Mining, new ExtractionOptions(4, 2), options.Seed).Mine(0).Tuples;
        foreach (var pair in tuples.Chunk(TinyTraining.Tuples.TuplesPerStep))
        {
            parameters.ZeroGradients();
            foreach (var tuple in pair)
                step.Run([.. tuple.Images.Select(SeveralSizes.Images.Load)], TupleSteps.Rows([-1, 1, 0, 0, 0]));
            foreach (var parameter in parameters.Trainable)
            {
                var scale = (float)(parameter.Role == ParameterRole.PoolExponent ? 7 * rate : rate);
                parameter.Set([.. parameter.Value.ToArray<float>().Zip(parameter.Gradient.ToArray<float>(), (value, gradient) => value - (scale * gradient))]);
            }
        }
        Assert.Equal(7, tuples.Count);
        Assert.Equal(step.Losses.Read() / tuples.Count, run.Trainer.History[0].Loss, 1e-5);
        foreach (var (expected, actual) in parameters.All.Zip(run.Model.Network.Parameters.All))
            Assert.All(expected.Value.ToArray<float>().Zip(actual.Value.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Training_tells_apart_what_it_could_not()
    {
        const int classes = 6, perClass = 6;
        var data = StripedImages.Dataset(classes, perClass);
        var options = TinyTraining.Options with
        {
            Sampling = TinyTraining.Tuples with { Mining = new MiningOptions(Queries: classes * perClass, Negatives: 3, Pool: classes * perClass) },
            Augmentation = TrainingAugmentation.None,
            Schedule = new ExponentialSchedule(1e-2, 0.9),
        };
        using var run = new TinyTraining(options, data, network: ResNetTests.Small(PoolingKind.Gem));
        var before = MeanAveragePrecision(run.Model, data);
        run.RunEpochs(6);
        var after = MeanAveragePrecision(run.Model, data);
        Assert.True(after > before + 0.1, $"mAP {before:0.000} before, {after:0.000} after");
        Assert.True(run.Trainer.History[^1].Loss < 0.9 * run.Trainer.History[0].Loss, string.Join(", ", run.Trainer.History.Select(report => report.Loss)));
    }

    private static TrainingOptions EveryImage => TinyTraining.Options with { Sampling = TinyTraining.Tuples with { Mining = new MiningOptions(Queries: 24, Pool: 24, Negatives: 3) } };

    private static TinyTraining Start(OptimizerKind optimizer, PassMode statistics, ulong seed = 5, ulong weightSeed = 1, int threads = 1)
    {
        var options = TinyTraining.Options with { Optimizer = new OptimizerOptions(optimizer), Statistics = statistics, Seed = seed };
        return new TinyTraining(options, statistics == PassMode.FrozenStatistics ? SeveralSizes : null, threads, weightSeed: weightSeed);
    }

    private static double MeanAveragePrecision(RetrievalModel model, TupleDataset data)
    {
        int[] all = [.. Enumerable.Range(0, data.Images.Count)];
        var extractor = new DescriptorExtractor(model, new ExtractionOptions());
        var rows = extractor.ExtractAll(data.Images, all).Chunk(extractor.Dimension).ToArray();
        var evaluator = new RankingEvaluator(LabelGroundTruth.LeaveOneOut(data.Clusters), ScoringRules.ClassRetrieval);
        foreach (var query in all)
            evaluator.Add(query, [.. all.OrderByDescending(other => rows[query].Zip(rows[other], (a, b) => a * b).Sum()).Select(other => (long)other)]);
        return evaluator.Figures(new Protocol("", "")).MeanAveragePrecision;
    }

    private string[] WriteImages()
    {
        var images = TinyTraining.Data.Images;
        var paths = Enumerable.Range(0, images.Count).Select(i => Path.Combine(_folder, $"{i:D2}.png")).ToArray();
        for (var i = 0; i < paths.Length; i++)
            ImageEncoder.Save(images.Load(i), paths[i]);
        return paths;
    }

    private static TupleDataset FromFiles(string[] paths) =>
        TupleDataset.FromLabels(new FileImageSource(paths, ImageSizing.Parse("16x16")), StripedImages.Labels(6, 4));

    private sealed class Watcher(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
