using Retrieval.Cli.Output;
using Retrieval.Datasets;
using Retrieval.Host;
using Retrieval.Imaging.Loading;
using Retrieval.Index;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>
/// Describes all images of a set and makes an index of the descriptors. Finished descriptors stand in a journal beside the output until
/// <see cref="Finish"/>: a run that was killed goes on where it stopped, and memory does not grow with the number of images before the
/// index is made.
/// </summary>
internal sealed class ExtractionJob : IDisposable
{
    private readonly Session _session;
    private readonly RetrievalModel _model;
    private readonly ImageDataset _data;
    private readonly FileImageSource _images;
    private readonly DescriptorExtractor _extractor;
    private readonly SortedDictionary<string, string> _provenance;
    private readonly ImageSizing _sizing;
    private readonly ExtractionOptions _options;
    private readonly DescriptorJournal _journal;
    private readonly List<ImageFailure> _failures = [];

    /// <param name="session">The user's values.</param>
    /// <param name="model">The network; disposed with the job.</param>
    /// <param name="data">The images.</param>
    /// <param name="sizing">Their size.</param>
    /// <param name="options">Batch, scales, whitening.</param>
    /// <param name="provenance">What the index shall say about its descriptors.</param>
    /// <param name="output">The file that the descriptors are for; the journal stands beside it.</param>
    /// <param name="restart">Begin anew where a run was interrupted.</param>
    public ExtractionJob(Session session, RetrievalModel model, ImageDataset data, ImageSizing sizing, ExtractionOptions options,
        SortedDictionary<string, string> provenance, string output, bool restart)
    {
        (_session, _model, _data, _provenance, _sizing, _options) = (session, model, data, provenance, sizing, options);
        _images = new FileImageSource([.. data.Items.Select(item => item.Path)], sizing);
        _extractor = new DescriptorExtractor(model, options);
        var settings = new SortedDictionary<string, string>(provenance, StringComparer.Ordinal)
        {
            ["images"] = $"{data.Items.Count} ({DescriptorProvenance.FingerprintOf(data)})",
            ["batch"] = $"{options.BatchSize}",
            ["device"] = session.DeviceName.Kind,
        };
        _journal = DescriptorJournal.Open(output + ".partial-descriptors", settings, _extractor.Dimension, data.Items.Count, restart);
    }

    /// <summary>Images that were taken over from an interrupted run.</summary>
    public int Resumed { get; private set; }

    /// <summary>Images that could not be read.</summary>
    public IReadOnlyList<ImageFailure> Failures => _failures;

    /// <summary>Describes what is still to be described and makes an index of everything; ids are positions in the set.</summary>
    /// <exception cref="UsersMistakeException">No image can be read, or the model gives no numbers.</exception>
    /// <param name="metric">How descriptors are compared.</param>
    /// <param name="augmented">Whether an augmented copy of the index is made afterwards.</param>
    public FlatIndex Run(SearchMetric metric, bool augmented = false)
    {
        var begin = _journal.ResumeAt(_extractor.WindowSize);
        Resumed = _journal.Count;
        if (begin > 0)
            _session.Progress.Note($"going on with an interrupted run: {begin} of {_data.Items.Count} images are done");
        int[] failedBefore = [.. Enumerable.Range(0, begin).Where(position => !_journal.Has(position))];
        MemoryEstimate.Tell(_session, _model.Device, "lower --batch, --size or --scales",
            dry => Rehearsal.Extract(dry, _model, _sizing, _options, (augmented ? 2L : 1L) * _data.Items.Count));
        using (var shown = _session.Progress.Begin("extract", _data.Items.Count - begin, "images"))
        {
            Extract(failedBefore, new FlushingProgress(_journal, null));
            Extract([.. Enumerable.Range(begin, _data.Items.Count - begin)], new FlushingProgress(_journal, shown));
        }
        if (_journal.Count == 0)
            throw new UsersMistakeException($"none of the {_data.Items.Count} images can be read; the first: {_failures[0].Reason}");
        return Session.Checked(() => Build(metric));
    }

    /// <summary>Removes the journal, once the index is safe on the disk, and lists the unreadable images.</summary>
    public void Finish()
    {
        _journal.Delete();
        Unreadable.List(_failures, _session.Progress);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _extractor.Dispose();
        _model.Dispose();
    }

    private void Extract(int[] positions, IProgress<int> progress) =>
        _failures.AddRange(_extractor.Extract(_images, positions, (index, descriptor) => _journal.Append(positions[index], descriptor), progress, _session.Cancellation).Items);

    private FlatIndex Build(SearchMetric metric)
    {
        using var builder = new FlatIndexBuilder(_model.Device, _extractor.Dimension, metric);
        builder.Reserve(_journal.Count);
        foreach (var (key, value) in _provenance)
            builder.Provenance[key] = value;
        var rows = new IndexRows(builder);
        for (var position = 0; position < _data.Items.Count; position++)
        {
            if (!_journal.Has(position))
                continue;
            _journal.Read(position, rows.Next);
            var item = _data.Items[position];
            rows.Add(position, item.Label == ImageItem.Unknown ? null : _data.Classes[item.Label], item.Path);
        }
        rows.Flush();
        return builder.Build();
    }

    /// <summary>Makes each finished window safe before it is shown as done.</summary>
    private sealed class FlushingProgress(DescriptorJournal journal, IProgressTask? shown) : IProgress<int>
    {
        public void Report(int value)
        {
            journal.Flush();
            shown?.Report(value);
        }
    }
}
