using System.Diagnostics;
using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Recipes;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;

namespace Retrieval.Training;

/// <summary>
/// Trains a descriptor network epoch by epoch on the batches of a source. All that is drawn depends on seed and epoch, so a run resumed
/// from a checkpoint gives the figures of one that was never interrupted.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const int LookAheadBatches = 3;

    /// <summary>How often the losses are looked at, for which the host waits: a run that has diverged ends soon, and one that has not is not held up.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly TrainingOptions _options;
    private readonly ExtractionOptions _extraction;
    private readonly IBatchSource _source;
    private readonly BatchLayout _layout;
    private readonly BatchLoader _loader;
    private readonly BatchTrainer _batches;
    private readonly List<EpochReport> _history = [];
    private readonly SortedDictionary<int, double> _validations = [];
    private bool _isMidEpoch;

    /// <exception cref="ArgumentException">A setting is out of range, or asks for more than the data can give.</exception>
    public Trainer(RetrievalModel model, TupleDataset data, TrainingOptions options, ExtractionOptions extraction)
    {
        options.Validate();
        extraction.Validate();
        Model = model;
        _options = options;
        _extraction = extraction;
        _source = options.Sampling.Create(model, data, extraction, options.Seed);
        _layout = options.Sampling.Layout;
        _loader = new BatchLoader(data.Images, options.Augmentation, _layout, options.Seed);
        _batches = new BatchTrainer(model.Network, options, data.Clusters.Max() + 1);
        Identity = RunIdentity.Of(model.Network.Description, data, options);
    }

    /// <summary>What finished epochs did.</summary>
    public IReadOnlyList<EpochReport> History => _history;

    /// <summary>What batches are made of: tuples, identities or images.</summary>
    public string ItemUnit => _layout.Unit;

    /// <summary>A figure of the network after some epochs, the higher the better; before the first epoch under -1. A checkpoint keeps them.</summary>
    public IDictionary<int, double> Validations => _validations;

    /// <summary>Whether a loss has a classifier.</summary>
    public bool Classifies => LossParameters.TryGet("classifier.weight", out _);

    /// <summary>Whether a classifier is trained on what descriptors are made of, with nothing in between.</summary>
    private bool ClassifiesEmbedding => Model.Network.Description.Head is { Neck: false, WhiteningDimensions: 0 }
        && _options.Losses.Any(loss => loss.Loss is CrossEntropyLoss { Options.Source: LossOutputs.Embedding });

    /// <summary>Images that could not be read in the last epoch, each once, by path.</summary>
    public IReadOnlyList<ImageFailure> Unreadable { get; private set; } = [];

    internal Optimizer Optimizer => _batches.Optimizer;

    /// <summary>The weights' moving average, where there is one.</summary>
    internal WeightAverage? Average => _batches.Average;

    internal RetrievalModel Model { get; }

    internal Recipe? Recipe => _options.Recipe;

    /// <summary>Parameters of the losses: class centres, classifiers.</summary>
    internal ParameterSet LossParameters => _batches.LossParameters;

    /// <summary>What a checkpoint must agree with to be resumed.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Identity { get; }

    /// <summary>Runs the next epoch. Cancelled or failed in the middle, the run must be resumed from its last checkpoint.</summary>
    /// <param name="progress">Told how many images have been described to choose by and how many items trained on, and of how many.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TrainingDivergedException">Descriptors, losses or weights are no longer finite numbers.</exception>
    /// <exception cref="ArgumentException">The pool cannot give enough negatives.</exception>
    /// <exception cref="InvalidDataException">Too few images can be read.</exception>
    /// <exception cref="InvalidOperationException">The epoch before was left in the middle.</exception>
    public EpochReport RunEpoch(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        RequireWholeEpochs();
        var epoch = _history.Count;
        var watch = Stopwatch.StartNew();
        var plan = _source.Plan(epoch, progress, cancellation);
        var planningSeconds = watch.Elapsed.TotalSeconds;
        _isMidEpoch = true;
        var (loss, trained, batches) = Train(epoch, plan, progress, cancellation);
        RequireFiniteWeights(epoch);
        _isMidEpoch = false;
        Unreadable = [.. plan.Failures.Items.DistinctBy(failure => failure.Path)];
        var report = new EpochReport(epoch, loss / Math.Max(1, _layout.GroupsStandAlone ? trained : batches), plan.MeanPositiveDistance, plan.MeanNegativeDistance,
            Rate(epoch, 0, 1), trained, Items(plan) - trained, Unreadable.Count, planningSeconds, watch.Elapsed.TotalSeconds - planningSeconds);
        _history.Add(report);
        return report;
    }

    /// <summary>Runs an action while the model has the weights that are evaluated and saved: their moving average, where there is one.</summary>
    public void WithFinalWeights(Action action)
    {
        Average?.Swap();
        try
        {
            action();
        }
        finally
        {
            Average?.Swap();
        }
    }

    /// <summary>The classifier that was trained on the embedding, as it is now, for the model's file; null where none was, or where descriptors are made of more than the embedding.</summary>
    /// <param name="classes">The classes' names.</param>
    public Classifier? Classifier(IReadOnlyList<string> classes)
    {
        if (!ClassifiesEmbedding)
            return null;
        var bias = LossParameters.TryGet("classifier.bias", out var parameter) ? parameter!.Value.ToArray<float>() : [];
        return Models.Classifier.OfLayer(Model.Device, LossParameters["classifier.weight"].Value.ToArray<float>(), bias, classes);
    }

    /// <summary>Lets the classifier of the embedding start from a trained model's, where that has one of the same classes and no whitening folded into it.</summary>
    /// <param name="from">The model.</param>
    /// <param name="classes">The data's classes.</param>
    /// <returns>Whether it does.</returns>
    public bool StartClassifier(RetrievalModel from, IReadOnlyList<string> classes)
    {
        if (!ClassifiesEmbedding || from is not { Classifier: { } start, Whitening: null } || !start.Classes.SequenceEqual(classes, StringComparer.Ordinal)
            || LossParameters["classifier.weight"].Value.Count != (long)start.Classes.Count * start.PooledDimension)
            return false;
        var (weights, bias) = start.ToLayer();
        LossParameters["classifier.weight"].Set(weights);
        if (LossParameters.TryGet("classifier.bias", out var parameter))
            parameter!.Set(bias);
        return true;
    }

    /// <summary>
    /// Does what an epoch does to memory, with blank images and without a result: batches are chosen, steps are
    /// taken. On a device that only counts (<see cref="Device.OpenDry"/>) it tells what training takes.
    /// </summary>
    /// <param name="image">An image of the largest size.</param>
    public void Rehearse(RgbImage image)
    {
        _source.Rehearse(image);
        var batch = new LoadedBatch([.. Enumerable.Repeat(_options.Augmentation.Apply(image, new SeededRandom(_options.Seed)), _layout.RowCount)], [.. Enumerable.Repeat(default(BatchRow), _layout.RowCount)]);
        // The second time is recorded where the device can.
        for (var turn = 0; turn < 2; turn++)
        {
            _batches.Begin();
            _batches.Add(batch.Images, batch.Rows, number: 0);
            _batches.End(rate: 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        _source.Dispose();
    }

    /// <exception cref="InvalidOperationException">An epoch was left in the middle, by cancellation or failure.</exception>
    internal void RequireWholeEpochs()
    {
        if (_isMidEpoch)
            throw new InvalidOperationException($"epoch {_history.Count} was left in the middle: resume from the checkpoint before it");
    }

    internal void Restore(IEnumerable<EpochReport> history, IEnumerable<KeyValuePair<int, double>> validations)
    {
        _history.Clear();
        _history.AddRange(history);
        _validations.Clear();
        foreach (var (epoch, figure) in validations)
            _validations.Add(epoch, figure);
        _isMidEpoch = false;
    }

    private (double Loss, int Trained, int Batches) Train(int epoch, EpochPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var pipeline = new OrderedPipeline<LoadedBatch>(plan.Batches.Count, batch => _loader.Load(epoch, plan.Batches[batch], plan.Failures),
            _extraction.LoaderThreads, LookAheadBatches, cancellation);
        var stage = new StageProgress(progress, "training", epoch, Items(plan));
        stage.Report(0);
        var sinceLook = Stopwatch.StartNew();
        _batches.ClearLosses();
        int number = 0, done = 0, trained = 0, batches = 0, gathered = 0;
        foreach (var batch in pipeline.Items())
        {
            cancellation.ThrowIfCancellationRequested();
            if (number % _options.Accumulation == 0)
                _batches.Begin();
            if (batch.Rows.Length > 0)
            {
                _batches.Add(batch.Images, batch.Rows, ((long)epoch << 32) | (uint)number);
                batches++;
                gathered++;
            }
            done += plan.Batches[number].Length / _layout.GroupSize;
            trained += batch.Rows.Length / _layout.GroupSize;
            number++;
            if (gathered > 0 && (number % _options.Accumulation == 0 || number == plan.Batches.Count))
            {
                _batches.End(Rate(epoch, (number - 1) / _options.Accumulation * _options.Accumulation, plan.Batches.Count));
                gathered = 0;
            }
            if (sinceLook.Elapsed > LookEvery)
            {
                ReadLoss(epoch);
                sinceLook.Restart();
            }
            stage.Report(done);
        }
        return (ReadLoss(epoch), trained, batches);
    }

    /// <param name="epoch">The epoch.</param>
    /// <param name="batch">The first batch that takes part in the step.</param>
    /// <param name="batches">Batches of the epoch.</param>
    private double Rate(int epoch, int batch, int batches) => _options.Schedule.Rate(_options.RateBySteps ? epoch + ((double)batch / batches) : epoch);

    private int Items(EpochPlan plan) => plan.Batches.Sum(batch => batch.Length) / _layout.GroupSize;

    private double ReadLoss(int epoch) => _batches.ReadLosses() is var loss && double.IsFinite(loss) ? loss : throw new TrainingDivergedException(epoch, "the losses are");

    private void RequireFiniteWeights(int epoch)
    {
        foreach (var parameter in Model.Network.Parameters.All.Concat(LossParameters.All))
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(parameter.Value.ToArray<float>())))
                throw new TrainingDivergedException(epoch, $"the values of {parameter.Name} are");
    }
}
