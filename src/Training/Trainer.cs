using System.Diagnostics;
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

    private readonly RetrievalModel _model;
    private readonly TupleDataset _data;
    private readonly TrainingOptions _options;
    private readonly ExtractionOptions _extraction;
    private readonly TupleMiner _miner;
    private readonly TupleStep _step;
    private readonly List<EpochReport> _history = [];

    public Trainer(RetrievalModel model, TupleDataset data, TrainingOptions options, ExtractionOptions extraction)
    {
        options.Validate();
        extraction.Validate();
        _model = model;
        _data = data;
        _options = options;
        _extraction = extraction;
        Optimizer = new Optimizer(model.Network.Parameters, options.Optimizer);
        _miner = new TupleMiner(model, data, options.Mining, extraction, options.Seed);
        _step = new TupleStep(model.Network, options.Loss, options.Statistics);
    }

    /// <summary>What finished epochs did.</summary>
    public IReadOnlyList<EpochReport> History => _history;

    internal Optimizer Optimizer { get; }

    internal RetrievalModel Model => _model;

    /// <summary>What a checkpoint must agree with to be resumed.</summary>
    internal string Fingerprint => $"{_options} {_model.Network.Description.Backbone.Name} {_model.Network.Description.Head} images={_data.Images.Count} queries={_data.Queries.Count}";

    /// <summary>Runs the next epoch. Cancelled in the middle, the run must be resumed from its last checkpoint.</summary>
    /// <param name="progress">Told how many images of mining and tuples of training are done, and of how many.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a finite number.</exception>
    public EpochReport RunEpoch(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var epoch = _history.Count;
        var watch = Stopwatch.StartNew();
        var mined = _miner.Mine(epoch, new Forward(progress, "mining", epoch), cancellation);
        var miningSeconds = watch.Elapsed.TotalSeconds;
        var (loss, skipped) = Train(epoch, mined.Tuples, progress, cancellation);
        var trained = mined.Tuples.Count - skipped;
        var report = new EpochReport(epoch, loss / Math.Max(1, trained), mined.MeanPositiveDistance, mined.MeanNegativeDistance,
            _options.Schedule.Rate(epoch), trained, skipped, miningSeconds, watch.Elapsed.TotalSeconds - miningSeconds);
        _history.Add(report);
        return report;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        Optimizer.Dispose();
    }

    internal void Restore(IEnumerable<EpochReport> history)
    {
        _history.Clear();
        _history.AddRange(history);
    }

    private (double Loss, int Skipped) Train(int epoch, IReadOnlyList<TrainingTuple> tuples, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var batches = (tuples.Count + _options.TuplesPerStep - 1) / _options.TuplesPerStep;
        var failures = new ImageFailures();
        using var pipeline = new OrderedPipeline<RgbImage[][]>(batches, index => LoadBatch(epoch, index, tuples, failures), _extraction.LoaderThreads, LookAheadBatches, cancellation);
        var rate = _options.Schedule.Rate(epoch);
        double sum = 0;
        int done = 0, trained = 0;
        foreach (var batch in pipeline.Items())
        {
            cancellation.ThrowIfCancellationRequested();
            if (batch.Length > 0)
                sum += Step(batch, rate);
            if (!double.IsFinite(sum))
                throw new InvalidOperationException($"training: the loss of epoch {epoch} is no longer a finite number: use a lower learning rate");
            trained += batch.Length;
            done = Math.Min(tuples.Count, done + _options.TuplesPerStep);
            progress?.Report(new TrainingProgress("training", epoch, done, tuples.Count));
        }
        return (sum, tuples.Count - trained);
    }

    private double Step(RgbImage[][] tuples, double rate)
    {
        _model.Network.Parameters.ZeroGradients();
        double loss = 0;
        var length = tuples[0].Length;
        var labels = new int[length];
        (labels[0], labels[1]) = (-1, 1);
        if (_options.Statistics == PassMode.BatchStatistics)
        {
            // The batch's statistics are those of all tuples together.
            loss = _step.Run(tuples.SelectMany(images => images).ToArray(), Enumerable.Repeat(labels, tuples.Length).SelectMany(list => list).ToArray());
        }
        else
        {
            foreach (var images in tuples)
                loss += _step.Run(images, labels);
        }
        Optimizer.Step(rate);
        return loss;
    }

    /// <summary>Loads and augments a batch; tuples with an unreadable image are left out.</summary>
    private RgbImage[][] LoadBatch(int epoch, int batch, IReadOnlyList<TrainingTuple> tuples, ImageFailures failures)
    {
        var first = batch * _options.TuplesPerStep;
        var loaded = new List<RgbImage[]>();
        for (var t = first; t < Math.Min(tuples.Count, first + _options.TuplesPerStep); t++)
        {
            var random = new SeededRandom(_options.Seed, AugmentationStream, (ulong)epoch, (ulong)t);
            var images = tuples[t].Images.Select(index => ImageLoading.TryLoad(_data.Images, index, failures)).ToArray();
            if (Array.TrueForAll(images, image => image is not null))
                loaded.Add([.. images.Select(image => _options.Augmentation.Apply(image!, random))]);
        }
        return [.. loaded];
    }

    private sealed class Forward(IProgress<TrainingProgress>? target, string stage, int epoch) : IProgress<int>
    {
        public void Report(int value) => target?.Report(new TrainingProgress(stage, epoch, value, 0));
    }
}
