using Retrieval.Host;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Models;
using Retrieval.Tests.Support;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>Images that pass one by one give the loss and the gradients of the same images in one batch.</summary>
public sealed class ApartStepTests : OperatorTests
{
    private const int Count = 6, Classes = 3;

    /// <summary>Losses on the embedding, the neck and the descriptors, one of which draws.</summary>
    private static readonly WeightedLoss[] OfImages =
    [
        new(new BatchHardLoss(new TripletCost(PairDistance.Euclidean, 0.5f))), new(new CrossEntropyLoss(new CrossEntropyOptions(Deviation: 0)), 0.3), new(new MarginLoss(new MarginOptions()), 0.5),
    ];

    [DeviceTheory]
    public void Losses_of_images_see_every_output_of_every_image(DeviceName on)
    {
        // The third image could not be read.
        BatchRow[] rows = [.. Enumerable.Range(0, Count).Select(i => new BatchRow(i == 2 ? BatchRow.None : i / 2, i, i / 2, i / 2))];
        Check(on, OfImages, neck: true, rows);
    }

    [DeviceTheory]
    public void A_tuple_is_the_same_apart(DeviceName on) => Check(on, TinyTraining.Loss(new ContrastiveLoss(1.5f)), neck: false, TupleSteps.Rows([-1, 1, 0, 0, 0, 0]));

    private void Check(DeviceName on, WeightedLoss[] chosen, bool neck, BatchRow[] rows)
    {
        Open(on);
        using var network = new DescriptorNetwork(Device, Description(neck));
        WeightInitializer.Initialize(network.Parameters, 3);
        using var parameters = new ParameterSet(Device);
        using var losses = new WeightedLosses([.. chosen.Select(loss => (loss.Loss.Create(new LossContext(parameters, network.Description, Classes, 1)), (float)loss.Weight))]);
        network.Parameters.EnableGradients();
        if (parameters.All.Count > 0)
            parameters.EnableGradients();
        ParameterSet[] sets = [network.Parameters, parameters];
        using var lossRows = new OwnRows(Device, Count, padded: true);
        using var batch = new ImageBatch(Device, network.Description.Normalization);
        var images = StripedImages.Source(Classes, 2, _ => (48, 40));
        AugmentedImage[] shown = [.. Enumerable.Range(0, Count).Select(images.Load)];
        Tensor draw = Device.Rent<long>(new Shape(2), [7, 1]), loss = Zeros(new Shape(1));
        lossRows.Set(rows);

        using (var apart = new ApartStep(network, losses, batch, PassMode.FrozenStatistics))
            apart.Run(shown, rows, lossRows, draw, loss);
        var (apartLoss, apartGradients) = (loss.ToArray<float>()[0], Gradients(sets));
        Together(network, losses, batch, shown, rows, lossRows, draw, loss);

        Assert.True(apartLoss > 0.1);
        Assert.Equal(loss.ToArray<float>()[0], apartLoss, 1e-4 * apartLoss);
        foreach (var (name, expected) in Gradients(sets))
            Reference.Close([.. expected.Select(value => (double)value)], apartGradients[name], 1e-3 * expected.Max(Math.Abs));
    }

    /// <summary>The last stride leaves a map of several positions, so that the exponent of the pooling matters.</summary>
    private static NetworkDescription Description(bool neck) =>
        ResNetTests.Small(PoolingKind.Gem) with { Backbone = ResNetTests.SmallBackbone with { LastStride = 1 }, Head = new HeadDescription(PoolingKind.Gem, Neck: neck) };

    /// <summary>One pass for all images, without the step's own code.</summary>
    private void Together(DescriptorNetwork network, WeightedLosses losses, ImageBatch batch, AugmentedImage[] shown, BatchRow[] rows, OwnRows lossRows, Tensor draw, Tensor loss)
    {
        using var pass = new Pass(Device, PassMode.FrozenStatistics);
        var input = batch.Upload(shown);
        for (var i = 0; i < rows.Length; i++)
            if (!rows[i].IsReal)
                Operators.Fill(input.Slice(i, 1), 0);
        var outputs = network.ForwardAll(input, pass, lossRows.Real);
        pass.Release(input);
        outputs.Release(pass);
        var gradients = TrainingStep.RentGradients(losses.Uses, outputs);
        Operators.Fill(loss, 0);
        lossRows.Compute(losses, outputs, gradients, draw, loss);
        network.Backward(gradients, pass);
        pass.Reset(PassMode.FrozenStatistics);
    }

    /// <summary>The gradients, which it sets to zero.</summary>
    private static Dictionary<string, float[]> Gradients(ParameterSet[] sets)
    {
        var gradients = sets.SelectMany(set => set.Trainable).ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray<float>());
        foreach (var set in sets)
            set.ZeroGradients();
        return gradients;
    }
}
