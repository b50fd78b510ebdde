using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Support;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;

namespace Retrieval.Tests.Training;

/// <summary>The demo's training in small, the same on any device: a residual network from scratch, batch statistics, negatives from the batch.</summary>
internal sealed class TrainingRace : IDisposable
{
    private const int Classes = 4, PerClass = 4, Tuples = 3, TupleLength = 3;

    private static readonly MemoryImageSource Images = StripedImages.Source(Classes, PerClass, _ => (24, 24));

    private readonly Device _device;
    private readonly RetrievalModel _model;
    private readonly Optimizer _optimizer;
    private readonly TrainingStep _step;
    private readonly double _rate;
    private int _taken;

    public TrainingRace(DeviceName on, OptimizerKind kind = OptimizerKind.Adam, Precision precision = Precision.Float32)
        : this(TestDevices.Open(on, precision), kind)
    {
    }

    /// <param name="device">Where it runs; taken over.</param>
    /// <param name="kind">With a rate that suits it: where one makes the loss jump, what two devices round apart grows without bound.</param>
    public TrainingRace(Device device, OptimizerKind kind)
    {
        _device = device;
        _rate = kind == OptimizerKind.Sgd ? 2e-4 : 2e-3;
        var backbone = new ResNetDescription("small", BlockKind.Basic, [1, 1, 1, 1], 4, LastStride: 1);
        _model = new RetrievalModel(new DescriptorNetwork(_device, new NetworkDescription(backbone, new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet)));
        WeightInitializer.Initialize(_model.Network.Parameters, seed: 1);
        _optimizer = new Optimizer(_model.Network.Parameters, new OptimizerOptions(kind));
        _step = TupleSteps.Create(_model.Network, new ContrastiveLoss(0.7f), PassMode.BatchStatistics, TupleLength, batchNegatives: true);
    }

    /// <summary>Takes steps.</summary>
    /// <returns>The loss of each.</returns>
    public double[] Run(int steps)
    {
        var losses = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            _step.Losses.Clear();
            Step();
            losses[i] = _step.Losses.Read();
        }
        return losses;
    }

    /// <summary>Queues a step and waits for nothing.</summary>
    public void Step()
    {
        _model.Network.Parameters.ZeroGradients();
        var (images, rows) = Batches[_taken++ % Batches.Length];
        _step.Run(images, rows);
        _optimizer.Step(_rate);
    }

    /// <summary>The other images in the order of their likeness, for each image.</summary>
    public int[][] RankedLists()
    {
        using var extractor = new DescriptorExtractor(_model, new ExtractionOptions(BatchSize: 8));
        int[] all = [.. Enumerable.Range(0, Images.Count)];
        var rows = extractor.ExtractAll(Images, all).Chunk(extractor.Dimension).ToArray();
        return [.. all.Select(query => all.OrderByDescending(other => rows[query].Zip(rows[other], (a, b) => (double)a * b).Sum()).ToArray())];
    }

    public void Dispose()
    {
        _step.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
        TestDevices.Close(_device);
    }

    private static int[] Labels { get; } = [.. Enumerable.Range(0, Tuples * TupleLength).Select(place => (place % TupleLength) switch { 0 => -1, 1 => 1, _ => 0 })];

    /// <summary>Some batches in turn: their clusters differ now in one way, now in another.</summary>
    private static (AugmentedImage[] Images, BatchRow[] Rows)[] Batches { get; } = [.. Enumerable.Range(0, 5).Select(Draw)];

    private static (AugmentedImage[] Images, BatchRow[] Rows) Draw(int number)
    {
        var random = new SeededRandom(31, (ulong)number);
        var images = new List<AugmentedImage>();
        var clusters = new int[Tuples];
        for (var tuple = 0; tuple < Tuples; tuple++)
        {
            int cluster = random.Next(Classes), query = random.Next(PerClass), other = (cluster + 1 + random.Next(Classes - 1)) % Classes;
            int[] numbers = [(cluster * PerClass) + query, (cluster * PerClass) + ((query + 1) % PerClass), (other * PerClass) + random.Next(PerClass)];
            images.AddRange(numbers.Select(index => AugmentedImage.FromRgbImage(Images.Load(index))));
            clusters[tuple] = cluster;
        }
        return ([.. images], TupleSteps.Rows(Labels, clusters));
    }
}
