using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Steps;

/// <summary>What training does with batches once they are there: gradients of the losses through the network, and the optimiser's steps, each of one batch or of several.</summary>
public sealed class BatchTrainer : IDisposable
{
    private const ulong LossStream = 7;

    private readonly ParameterSet _network;
    private readonly PassMode _statistics;
    private readonly BatchLayout _layout;
    private readonly WeightedLosses _losses;
    private readonly TrainingStep _step;

    /// <summary>What weights of losses are divided by: batches that share a step are one large batch, over which tuples' losses are summed and all others are means.</summary>
    private readonly int _share;

    /// <param name="network">The network that is trained.</param>
    /// <param name="options">Losses, optimiser, and how a batch's rows belong together.</param>
    /// <param name="classes">Number of classes; labels of rows are below it.</param>
    /// <exception cref="ArgumentException">A loss does not suit the network.</exception>
    public BatchTrainer(DescriptorNetwork network, TrainingOptions options, int classes)
    {
        (_network, _statistics, _layout) = (network.Parameters, options.Statistics, options.Sampling.Layout);
        LossParameters = new ParameterSet(network.Device);
        var context = new LossContext(LossParameters, network.Description, classes, SeededRandom.SeedOf(options.Seed, LossStream));
        _share = _layout.GroupsStandAlone ? 1 : options.Accumulation;
        _losses = new WeightedLosses([.. options.Losses.Select(loss => (loss.Loss.Create(context), (float)(loss.Weight / _share)))]);
        Optimizer = new Optimizer(_network, options.Optimizer, LossParameters, CentreWeight(options));
        if (options.Average > 0)
            Average = new WeightAverage(network.Device, _network.All.Concat(LossParameters.All), options.Average);
        _step = new TrainingStep(network, _losses, options.Statistics, _layout, options.Sampling.TuplesMeet, options.Seed);
    }

    /// <summary>Parameters of the losses: class centres, classifiers.</summary>
    internal ParameterSet LossParameters { get; }

    internal Optimizer Optimizer { get; }

    /// <summary>The weights' moving average, where there is one.</summary>
    internal WeightAverage? Average { get; }

    /// <summary>Begins a step: no gradients yet.</summary>
    public void Begin()
    {
        _network.ZeroGradients();
        LossParameters.ZeroGradients();
    }

    /// <summary>Adds the gradients of a batch. The batch's statistics are those of all rows; with frozen ones, groups that stand alone pass one by one, which needs less memory.</summary>
    /// <param name="images">One for each row; blank ones for rows without an image.</param>
    /// <param name="rows">Whole groups.</param>
    /// <param name="number">The batch's number in the training, which with the seed decides what losses draw.</param>
    public void Add(ReadOnlySpan<AugmentedImage> images, ReadOnlySpan<BatchRow> rows, long number)
    {
        var count = _statistics != PassMode.BatchStatistics && _layout.GroupsStandAlone ? _layout.GroupSize : rows.Length;
        for (var first = 0; first < rows.Length; first += count)
            _step.Run(images.Slice(first, count), rows.Slice(first, count), number);
    }

    /// <summary>Ends a step: moves every parameter by its gradient at a learning rate.</summary>
    public void End(double rate)
    {
        Optimizer.Step(rate);
        Average?.Follow();
    }

    /// <summary>Forgets the losses so far.</summary>
    public void ClearLosses() => _step.Losses.Clear();

    /// <summary>The losses of all batches since <see cref="ClearLosses"/>, added up; waits for them.</summary>
    public double ReadLosses() => _step.Losses.Read() * _share;

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        _losses.Dispose();
        Average?.Dispose();
        Optimizer.Dispose();
        LossParameters.Dispose();
    }

    private static double CentreWeight(TrainingOptions options) => options.Losses.FirstOrDefault(loss => loss.Loss.HasCentres)?.Weight ?? 1;
}
