using Retrieval.Host;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>Training by class labels: identities and repeated images, with all losses that suit them.</summary>
public sealed class LossTrainingTests
{
    private static readonly TupleDataset Data = StripedImages.Dataset(6, 5);

    private static readonly WeightedLoss[] Centroids =
    [
        new(new BatchHardLoss(new TripletCost(PairDistance.Euclidean, 0.5f))), new(new CenterLoss(), 5e-4), new(new CrossEntropyLoss(new CrossEntropyOptions())), new(new CentroidTripletLoss(3, 0.5)),
    ];

    private static readonly WeightedLoss[] Grains =
    [
        new(new CrossEntropyLoss(new CrossEntropyOptions(LossOutputs.Embedding, 0, Bias: true)), 0.5), new(new MarginLoss(new MarginOptions()), 0.5),
    ];

    public static TheoryData<string> Systems => ["centroids", "grains"];

    [Theory]
    [MemberData(nameof(Systems))]
    public void Losses_fall_and_a_resumed_run_ends_as_one_that_was_never_interrupted(string system)
    {
        var path = Path.GetTempFileName();
        using var whole = Start(system).RunEpochs(8);
        using (var first = Start(system).RunEpochs(4))
            Checkpoint.Save(first.Trainer, path);
        using var second = Start(system);
        Checkpoint.Resume(second.Trainer, path);
        second.RunEpochs(4);
        File.Delete(path);
        Assert.Equal(whole.State, second.State);
        Assert.Equal(Values(whole), Values(second));
        Assert.True(whole.Trainer.History[^1].Loss < 0.95 * whole.Trainer.History[0].Loss, string.Join(", ", whole.Trainer.History.Select(report => report.Loss)));
        Assert.Null(whole.Trainer.History[0].MeanPositiveDistance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void A_steady_step_of_many_losses_allocates_nothing(double clip)
    {
        using var device = Device.OpenCpu(1);
        using var network = new DescriptorNetwork(device, Network(neck: true));
        WeightInitializer.Initialize(network.Parameters, 1);
        using var parameters = new ParameterSet(device);
        using var losses = new WeightedLosses([.. Centroids.Select(loss => (loss.Loss.Create(new LossContext(parameters, network.Description, 6, 1)), (float)loss.Weight))]);
        using var optimizer = new Optimizer(network.Parameters, new OptimizerOptions(ClipNorm: clip), parameters, 5e-4);
        using var source = Options("centroids").Sampling.Create(null!, Data, null!, seed: 1);
        using var step = new TrainingStep(network, losses, PassMode.BatchStatistics, Options("centroids").Sampling.Layout);
        var rows = source.Plan(0, null, default).Batches[0];
        AugmentedImage[] images = [.. rows.Select(row => (AugmentedImage)Data.Images.Load(Math.Max(0, row.Image)))];
        for (var i = 0; i < 3; i++)
            Step(i);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 3; i < 8; i++)
            Step(i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);

        void Step(int number)
        {
            network.Parameters.ZeroGradients();
            parameters.ZeroGradients();
            step.Run(images, rows, number);
            optimizer.Step(1e-3);
        }
    }

    [Fact]
    public void Losses_that_do_not_fit_are_refused_in_words()
    {
        void Refused(string complaint, Action action) => Assert.Contains(complaint, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
        Refused("needs mined tuples", () => (Options("grains") with { Losses = TinyTraining.Loss(new TripletLoss()) }).Validate());
        Refused("needs batches with class labels", () => (TinyTraining.Options with { Losses = Grains }).Validate());
        Refused("batches of identities with 3 images", () => (Options("grains") with { Losses = Centroids }).Validate());
        Refused("set network.neck", () => new TinyTraining(Options("centroids"), Data, network: Network(neck: false)).Dispose());
    }

    private static TinyTraining Start(string system) => new(Options(system), Data, network: Network(neck: system == "centroids"));

    private static NetworkDescription Network(bool neck) => ResNetTests.Small(PoolingKind.Gem) with { Head = new HeadDescription(PoolingKind.Gem, Neck: neck) };

    private static TrainingOptions Options(string system) => TinyTraining.Options with
    {
        Losses = system == "centroids" ? Centroids : Grains,
        Sampling = system == "centroids" ? new IdentitySampling(3, 3) : new ShuffledSampling(12, 3, 2),
        Average = 0.5,
        Accumulation = 2,
    };

    private static string Values(TinyTraining run) => string.Join(' ', run.Trainer.LossParameters.All.SelectMany(parameter => parameter.Value.ToArray<float>()));
}
