using System.Diagnostics;
using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;

namespace Retrieval.Training;

/// <summary>
/// Trains a descriptor network epoch by epoch on mined tuples. All that is drawn depends on seed and epoch, so a run resumed from a
/// checkpoint gives the figures of one that was never interrupted.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const ulong AugmentationStream = 2;
    private const int LookAheadBatches = 3;

    /// <summary>How often the losses are looked at, for which the host waits: a run that has diverged ends soon, and one that has not is not held up.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly TupleDataset _data;
    private readonly TrainingOptions _options;
    private readonly ExtractionOptions _extraction;
    private readonly TupleMiner _miner;
    private readonly TupleStep _step;
    private readonly int[] _labels;
    private readonly int _tupleLength;
    private readonly List<EpochReport> _history = [];
    private bool _isMidEpoch;

    /// <exception cref="ArgumentException">A setting is out of range, or asks for more than the data can give.</exception>
    public Trainer(RetrievalModel model, TupleDataset data, TrainingOptions options, ExtractionOptions extraction)
    {
        options.Validate();
        extraction.Validate();
        Model = model;
        _data = data;
        _options = options;
        _extraction = extraction;
        _miner = new TupleMiner(model, data, options.Mining, extraction, options.Seed);
        _tupleLength = options.Mining.Negatives + 2;
        _labels = [.. Enumerable.Range(0, options.TuplesPerStep * _tupleLength).Select(place => (place % _tupleLength) switch { 0 => -1, 1 => 1, _ => 0 })];
        Identity = RunIdentity.Of(model.Network.Description, data, options);
        Optimizer = new Optimizer(model.Network.Parameters, options.Optimizer);
        _step = new TupleStep(model.Network, options.Loss, options.Statistics, options.BatchNegatives);
    }

    /// <summary>What finished epochs did.</summary>
    public IReadOnlyList<EpochReport> History => _history;

    /// <summary>Images that could not be read in the last epoch, each once, by path.</summary>
    public IReadOnlyList<ImageFailure> Unreadable { get; private set; } = [];

    internal Optimizer Optimizer { get; }

    internal RetrievalModel Model { get; }

    /// <summary>What a checkpoint must agree with to be resumed.</summary>
    internal IReadOnlyDictionary<string, string> Identity { get; }

    /// <summary>Runs the next epoch. Cancelled or failed in the middle, the run must be resumed from its last checkpoint.</summary>
    /// <param name="progress">Told how many images of mining and tuples of training are done, and of how many.</param>
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
        var mined = _miner.Mine(epoch, progress, cancellation);
        if (!double.IsFinite(mined.MeanPositiveDistance + mined.MeanNegativeDistance))
            throw new TrainingDivergedException(epoch, "the descriptors are");
        var miningSeconds = watch.Elapsed.TotalSeconds;
        _isMidEpoch = true;
        var (loss, trained) = Train(epoch, mined, progress, cancellation);
        RequireFiniteWeights(epoch);
        _isMidEpoch = false;
        Unreadable = [.. mined.Failures.Items.DistinctBy(failure => failure.Path)];
        var report = new EpochReport(epoch, loss / Math.Max(1, trained), mined.MeanPositiveDistance, mined.MeanNegativeDistance, _options.Schedule.Rate(epoch),
            trained, mined.Tuples.Count - trained, Unreadable.Count, miningSeconds, watch.Elapsed.TotalSeconds - miningSeconds);
        _history.Add(report);
        return report;
    }

    /// <summary>
    /// Does what an epoch does to memory, with blank images and without a result: a batch is described, negatives are searched, steps are
    /// taken. On a device that only counts (<see cref="Device.OpenDry"/>) it tells what training takes.
    /// </summary>
    /// <param name="image">An image of the largest size.</param>
    public void Rehearse(RgbImage image)
    {
        _miner.Rehearse(image);
        var batch = new LoadedBatch([.. Enumerable.Repeat(image, _labels.Length)], new int[_options.TuplesPerStep]);
        // The second time is recorded where the device can.
        Step(batch, rate: 0);
        Step(batch, rate: 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        _miner.Dispose();
        Optimizer.Dispose();
    }

    /// <exception cref="InvalidOperationException">An epoch was left in the middle, by cancellation or failure.</exception>
    internal void RequireWholeEpochs()
    {
        if (_isMidEpoch)
            throw new InvalidOperationException($"epoch {_history.Count} was left in the middle: resume from the checkpoint before it");
    }

    internal void Restore(IEnumerable<EpochReport> history)
    {
        _history.Clear();
        _history.AddRange(history);
        _isMidEpoch = false;
    }

    private (double Loss, int Trained) Train(int epoch, MinedEpoch mined, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var count = mined.Tuples.Count;
        var batches = (count + _options.TuplesPerStep - 1) / _options.TuplesPerStep;
        using var pipeline = new OrderedPipeline<LoadedBatch>(batches, batch => LoadBatch(epoch, batch, mined), _extraction.LoaderThreads, LookAheadBatches, cancellation);
        var stage = new StageProgress(progress, "training", epoch, count);
        var rate = _options.Schedule.Rate(epoch);
        stage.Report(0);
        var sinceLook = Stopwatch.StartNew();
        _step.Losses.Clear();
        int done = 0, trained = 0;
        foreach (var batch in pipeline.Items())
        {
            cancellation.ThrowIfCancellationRequested();
            if (batch.Clusters.Length > 0)
                Step(batch, rate);
            trained += batch.Clusters.Length;
            done = Math.Min(count, done + _options.TuplesPerStep);
            if (sinceLook.Elapsed > LookEvery)
            {
                ReadLoss(epoch);
                sinceLook.Restart();
            }
            stage.Report(done);
        }
        return (ReadLoss(epoch), trained);
    }

    private double ReadLoss(int epoch) => _step.Losses.Read() is var loss && double.IsFinite(loss) ? loss : throw new TrainingDivergedException(epoch, "the losses are");

    /// <summary>One step of the optimiser by the gradients of all tuples together.</summary>
    private void Step(LoadedBatch batch, double rate)
    {
        Model.Network.Parameters.ZeroGradients();
        // The batch's statistics are those of all tuples; with frozen ones a tuple at a time needs less memory.
        var runTuples = _options.Statistics == PassMode.BatchStatistics ? batch.Clusters.Length : 1;
        for (var first = 0; first < batch.Clusters.Length; first += runTuples)
            _step.Run(batch.Images.AsSpan(first * _tupleLength, runTuples * _tupleLength), _labels.AsSpan(0, runTuples * _tupleLength),
                batch.Clusters.AsSpan(first, runTuples));
        Optimizer.Step(rate);
    }

    /// <summary>Loads and augments a batch, one tuple after another; tuples with an unreadable image are left out.</summary>
    private LoadedBatch LoadBatch(int epoch, int batch, MinedEpoch mined)
    {
        var first = batch * _options.TuplesPerStep;
        var loaded = new List<RgbImage>(_options.TuplesPerStep * _tupleLength);
        var clusters = new List<int>(_options.TuplesPerStep);
        for (var t = first; t < Math.Min(mined.Tuples.Count, first + _options.TuplesPerStep); t++)
        {
            var random = new SeededRandom(_options.Seed, AugmentationStream, (ulong)epoch, (ulong)t);
            var images = mined.Tuples[t].Images.Select(index => ImageLoading.TryLoad(_data.Images, index, mined.Failures)).ToArray();
            if (!Array.TrueForAll(images, image => image is not null))
                continue;
            loaded.AddRange(images.Select(image => _options.Augmentation.Apply(image!, random)));
            clusters.Add(_data.Clusters[mined.Tuples[t].Query]);
        }
        return new LoadedBatch([.. loaded], [.. clusters]);
    }

    private void RequireFiniteWeights(int epoch)
    {
        foreach (var parameter in Model.Network.Parameters.All)
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(parameter.Value.ToArray<float>())))
                throw new TrainingDivergedException(epoch, $"the values of {parameter.Name} are");
    }

    /// <summary>A step's images, one tuple after another, and the cluster of each tuple's query.</summary>
    private readonly record struct LoadedBatch(RgbImage[] Images, int[] Clusters);
}
