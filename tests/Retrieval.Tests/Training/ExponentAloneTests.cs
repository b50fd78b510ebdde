using Retrieval.Host;
using Retrieval.Tests.Support;
using Retrieval.Training.Data;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>Training p alone leaves everything else as it is, to the bit.</summary>
public sealed class ExponentAloneTests
{
    // Maps of 2 x 2: the mean of one value is the same for every p.
    private static readonly TupleDataset Data = StripedImages.Dataset(6, 4, _ => (32, 32));

    private static readonly Recipe Base = Recipe.Empty.With("network.backbone=resnet18-w4-s1").With("network.trained=exponent").With("sampling.queries=6").With("sampling.pool=20").With("sampling.negatives=2")
        .With("sampling.tuples=3").With("schedule.rate=1e-3").With("data.flip=0.5");

    [DeviceTheory]
    public void Of_tuples(DeviceName on) => Check(on, Base.With("losses.contrastive.weight=1").With("network.whitening=8"));

    [DeviceTheory]
    public void Of_channels_under_a_mask(DeviceName on) => Check(on, Base.With("losses.triplet.weight=1").With("network.pooling=wgemmp"));

    [DeviceTheory]
    public void Under_a_classifier_behind_a_fixed_exponent(DeviceName on) => Check(on, Base.With("losses.crossEntropy.weight=1").With("losses.crossEntropy.on=embedding").With("losses.margin.weight=0.5").With("sampling.kind=shuffled").With("sampling.batch=8")
        .With("network.statistics=batch").With("network.learnExponent=false").With("optimiser.kind=sgd").With("optimiser.average=0.5"));

    [Fact]
    public void A_pooling_without_one_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => Run(DeviceName.Cpu, Base.With("losses.contrastive.weight=1").With("network.pooling=mac")));
        Assert.StartsWith("p alone is to be trained, but the pooling has none", exception.Message, StringComparison.Ordinal);
    }

    private static void Check(DeviceName on, Recipe recipe)
    {
        using var run = Run(on, recipe);
        var before = Values(run);
        run.RunEpochs(1);
        var after = Values(run);
        Assert.Equal(["pool.p"], before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(after[name])));
        Assert.All(after["pool.p"], p => Assert.InRange(p, 2f, 4f));
    }

    private static TinyTraining Run(DeviceName on, Recipe recipe) => new(RecipeTraining.Options(recipe, fineTuning: true, seed: 4), Data, network: NetworkSection.Create(recipe), on: on);

    private static Dictionary<string, float[]> Values(TinyTraining run)
    {
        Dictionary<string, float[]> values = [];
        run.Trainer.WithFinalWeights(() => values = run.Model.Network.Parameters.All.Concat(run.Trainer.LossParameters.All).ToDictionary(parameter => parameter.Name, parameter => parameter.Value.ToArray<float>()));
        return values;
    }
}
