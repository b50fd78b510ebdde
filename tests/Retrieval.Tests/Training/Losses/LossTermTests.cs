using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Retrieval.Training.Losses;
using Xunit;

namespace Retrieval.Tests.Training.Losses;

/// <summary>Loss terms as parts of a step.</summary>
public sealed class LossTermTests : OperatorTests
{
    private const int Count = 12, Dimension = 8, Classes = 5, Slots = 3;

    /// <summary>
    /// Each term in a step that is recorded: with labels, padding and draws that change from run to run it gives what the same work gives
    /// unrecorded.
    /// </summary>
    [DeviceTheory]
    public void TermsCanBeRecorded(DeviceName on)
    {
        Open(on);
        foreach (var name in Names)
        {
            using var parameters = new ParameterSet(Device);
            using var term = Make(name, parameters);
            parameters.EnableGradients();
            var batch = Batch(name, 0);
            var loss = Zeros(new Shape(1));
            using var work = Device.Record(() => Step(term, parameters, batch, loss), name);
            var losses = new List<float>();
            for (var run = 0; run < 4; run++)
            {
                Fill(batch, name, run);
                work.Run();
                var recorded = Results(parameters, batch, loss);
                Step(term, parameters, batch, loss);
                Assert.Equal(Results(parameters, batch, loss), recorded);
                losses.Add(recorded[0]);
            }
            Assert.True(losses.Distinct().Count() == 4, $"{name}: the losses of four batches are {string.Join(", ", losses)}");
        }
    }

    [DeviceTheory]
    public void WeightsScaleEverythingAndTermsAddUp(DeviceName on)
    {
        Open(on);
        foreach (var name in Names)
        {
            using var parameters = new ParameterSet(Device);
            using var term = Make(name, parameters);
            parameters.EnableGradients();
            var batch = Batch(name, 1);
            var loss = Zeros(new Shape(1));
            Step(term, parameters, batch, loss);
            var once = Results(parameters, batch, loss);
            term.Compute(batch, 1.5f, loss);
            var more = Results(parameters, batch, loss);
            Reference.Close([.. once.Select(value => 2.5 * value)], more);
        }
    }

    [DeviceTheory]
    public void CosineAndNormalisedRowsGoBackThroughTheirNorm(DeviceName on)
    {
        Open(on);
        foreach (var term in new[] { new BatchHardTerm(new TripletCost(PairDistance.Cosine, 0.5f)), new BatchHardTerm(new TripletCost(PairDistance.Euclidean, 1), normalize: true) })
        {
            var batch = Batch("cosine", 2);
            var loss = Zeros(new Shape(1));
            term.Compute(batch, 1, loss);
            var gradient = Device.Rent(batch.Gradients.Embedding.Shape);
            Operators.Copy(batch.Gradients.Embedding, gradient);
            FiniteDifferences.Check(batch.Outputs.Embedding, gradient, () =>
            {
                Operators.Fill(loss, 0);
                term.Compute(batch, 1, loss);
                return loss.ToArray<float>()[0];
            }, step: 2e-3, tolerance: 1e-2);
        }
    }

    [Fact]
    public void SettingsOutOfRangeAreRefusedInWords()
    {
        using var parameters = new ParameterSet(Device);
        Assert.Contains("images of an identity in a batch: expected 2 to 1000, got 1", Refused(() => new CentroidTripletTerm(1, 0.5f)));
        Assert.Contains("expected one of embedding, neck and descriptors", Refused(() => new BatchHardTerm(default, LossOutputs.Embedding | LossOutputs.Neck)));
        Assert.Contains("label smoothing: expected 0 to 1, got 2", Refused(() => new CrossEntropyTerm(parameters, 3, 4, new CrossEntropyOptions(Smoothing: 2), 1)));
        Assert.Contains("classes: expected 1 to 10,000,000, got 0", Refused(() => new CenterTerm(parameters, 0, 4, 1)));
        Assert.Contains("cutoff: expected above 0 and below the limit of 1.4, got 1.5", Refused(() => new MarginTerm(parameters, new MarginOptions(Cutoff: 1.5))));

        static string Refused(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;
    }

    private static string[] Names { get; } = ["contrastive", "batch-hard", "cosine", "center", "cross-entropy", "centroid-triplet", "paper", "margin"];

    private static ILossTerm Make(string name, ParameterSet parameters) => name switch
    {
        "contrastive" => new TupleTerm(name, new ContrastiveLoss(1.9f)),
        "batch-hard" => new BatchHardTerm(new TripletCost(PairDistance.Euclidean, 0, Soft: true)),
        "cosine" => new BatchHardTerm(new TripletCost(PairDistance.Cosine, 0.8f)),
        "center" => new CenterTerm(parameters, Classes, Dimension, seed: 3),
        "cross-entropy" => new CrossEntropyTerm(parameters, Classes, Dimension, new CrossEntropyOptions(LossOutputs.Embedding, Bias: true, Deviation: 0), seed: 3),
        "centroid-triplet" => new CentroidTripletTerm(Slots, 2),
        "paper" => new CentroidTripletTerm(Slots, 4, paperFormula: true),
        _ => new MarginTerm(parameters, new MarginOptions(Margin: 1)),
    };

    private static void Step(ILossTerm term, ParameterSet parameters, LossBatch batch, Tensor loss)
    {
        var operators = loss.Device.Operators;
        parameters.ZeroGradients();
        operators.Fill(loss, 0);
        operators.Fill(batch.Gradients.Embedding, 0);
        operators.Fill(batch.Gradients.Descriptors, 0);
        term.Compute(batch, 1, loss);
    }

    private static float[] Results(ParameterSet parameters, LossBatch batch, Tensor loss) =>
        [.. loss.ToArray<float>(), .. batch.Gradients.Embedding.ToArray<float>(), .. batch.Gradients.Descriptors.ToArray<float>(),
            .. parameters.Trainable.SelectMany(parameter => parameter.Gradient.ToArray<float>())];

    private LossBatch Batch(string name, int run)
    {
        var shape = new Shape(Count, Dimension);
        Tensor embedding = Upload(shape, Reference.Random(Count * Dimension, 7)), descriptors = Device.Rent(shape);
        Operators.L2Normalize(embedding, 1e-6f, descriptors, Tensor.None);
        var batch = TermBatch.Of(Device, new NetworkOutputs(embedding, Tensor.None, descriptors), new int[Count], new int[Count], new int[Count], [5, 0]);
        Fill(batch, name, run);
        return batch;
    }

    /// <summary>What changes from step to step.</summary>
    private static void Fill(LossBatch batch, string name, int run)
    {
        var rows = Enumerable.Range(0, Count);
        batch.Labels.Upload<int>(name == "contrastive"
            ? [.. rows.Select(row => (row % Slots) switch { 0 => -1, 1 => 1, _ => row / Slots == run ? 2 : 0 })]
            : [.. rows.Select(row => ((row / Slots) + run) % Classes)]);
        batch.Real.Upload<int>([.. rows.Select(row => row == (Slots * run) + 2 ? 0 : 1)]);
        batch.Images.Upload<int>([.. rows.Select(row => (row + run) % 4)]);
        batch.Draw.Upload<long>([5, run]);
    }
}
