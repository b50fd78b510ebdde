using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Imaging.Loading;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Recording;

namespace Retrieval.Training.Extraction;

/// <summary>
/// Descriptors of many images: files are decoded beside the computation, images of one size inside a short window share a forward
/// pass, and results leave in input order. A window's passes are queued one behind the other; its descriptors come back together, when
/// those of the next window are queued. Memory does not grow with the number of images.
/// </summary>
public sealed class DescriptorExtractor : IDisposable
{
    private const int WindowBatches = 4, QueuedWindows = 2;

    /// <summary>Batches of so many shapes are remembered.</summary>
    private const int Shapes = 4;

    private readonly RetrievalModel _model;
    private readonly ExtractionOptions _options;
    private readonly ImageBatch _batch;
    private readonly float[] _scales;
    private readonly AugmentedImage[] _group;
    private readonly RgbImage?[] _window;
    private readonly Tensor _descriptors;
    private readonly ReadbackRing _readback;

    /// <summary>For each slot of a window the row of its descriptor, -1 where the image cannot be read; the queued windows take turns.</summary>
    private readonly int[][] _rows;

    /// <summary>Windows whose descriptors are under way, by their first position and their images.</summary>
    private readonly Queue<(int First, int Count, int[] Rows)> _queued = new();
    private readonly ShapeCache<(int Images, int Height, int Width), ExtractionShape> _shapes;
    private (long Version, DescriptorWhitening? Whitening) _recordedFor;
    private int _described;

    public DescriptorExtractor(RetrievalModel model, ExtractionOptions options)
    {
        options.Validate();
        _model = model;
        _options = options;
        _batch = new ImageBatch(model.Device, model.Network.Description.Normalization);
        _scales = [.. options.Scales];
        _group = new AugmentedImage[options.BatchSize];
        _window = new RgbImage?[options.BatchSize * WindowBatches];
        _rows = [.. Enumerable.Range(0, QueuedWindows).Select(_ => new int[_window.Length])];
        Dimension = options.ClassScores ? model.Classifier?.Classes.Count ?? throw new ArgumentException("the model has no classifier") : options.Whiten ? model.Dimension : model.UnwhitenedDimension;
        _descriptors = model.Device.Rent(new Shape(_window.Length, Dimension), purpose: MemoryPurpose.Descriptors);
        _readback = new ReadbackRing(model.Device, QueuedWindows);
        _shapes = new(Shapes, shape => Make(shape.Images, shape.Height, shape.Width));
    }

    /// <summary>Dimension of the descriptors that come out.</summary>
    public int Dimension { get; }

    /// <summary>Images that are grouped into passes together. Runs that begin at multiples of it form the same passes, and so give the same bits.</summary>
    public int WindowSize => _window.Length;

    /// <summary>Extracts; unreadable images are skipped and listed.</summary>
    /// <param name="images">Where images come from.</param>
    /// <param name="indices">Which images, in the order of the positions that the sink sees.</param>
    /// <param name="sink">Receives descriptors in order; positions of unreadable images are left out.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancellation">Stops between two passes.</param>
    /// <returns>The unreadable images.</returns>
    public ImageFailures Extract(IImageSource images, IReadOnlyList<int> indices, DescriptorSink sink, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var failures = new ImageFailures();
        using var pipeline = new OrderedPipeline<RgbImage?>(indices.Count, position => ImageLoading.TryLoad(images, indices[position], failures),
            _options.LoaderThreads, _window.Length, cancellation);
        int filled = 0, first = 0;
        try
        {
            foreach (var image in pipeline.Items())
            {
                _window[filled++] = image;
                if (filled < _window.Length && first + filled < indices.Count)
                    continue;
                cancellation.ThrowIfCancellationRequested();
                QueueWindow(first, filled);
                first += filled;
                filled = 0;
                if (_queued.Count == QueuedWindows)
                    Deliver(sink, progress);
            }
            while (_queued.Count > 0)
                Deliver(sink, progress);
        }
        finally
        {
            DropQueued();
        }
        return failures;
    }

    /// <summary>Extracts into one array [indices, Dimension].</summary>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public float[] ExtractAll(IImageSource images, IReadOnlyList<int> indices, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var result = new float[checked(indices.Count * Dimension)];
        var failures = Extract(images, indices, (position, descriptor) => descriptor.CopyTo(result.AsSpan(position * Dimension)), progress, cancellation);
        return failures.Count == 0 ? result : throw new InvalidDataException(failures.Items[0].Reason);
    }

    /// <summary>Describes full batches of blank images; on a device that only counts (<see cref="Device.OpenDry"/>) it tells the memory that extraction takes.</summary>
    /// <param name="image">An image of the largest size.</param>
    public void Rehearse(RgbImage image)
    {
        Array.Fill(_group, image);
        Prepare();
        _described = 0;
        // The second time is recorded where the device can.
        DescribeGroup(_group.Length);
        DescribeGroup(_group.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shapes.Dispose();
        _batch.Dispose();
        _readback.Dispose();
        _model.Device.Return(_descriptors);
    }

    private void Deliver(DescriptorSink sink, IProgress<int>? progress)
    {
        var window = _queued.Dequeue();
        var descriptors = _readback.Take<float>();
        for (var slot = 0; slot < window.Count; slot++)
            if (window.Rows[slot] is >= 0 and var row)
                sink(window.First + slot, descriptors.Slice(row * Dimension, Dimension));
        progress?.Report(window.First + window.Count);
    }

    /// <summary>Leaves nothing of a run that was broken off to the next one.</summary>
    private void DropQueued()
    {
        _queued.Clear();
        while (_readback.Pending > 0)
            _readback.Take<float>();
    }

    private void QueueWindow(int position, int count)
    {
        Prepare();
        _described = 0;
        var rows = _rows[position / _window.Length % QueuedWindows];
        Array.Fill(rows, -1);
        for (var first = 0; first < count; first++)
        {
            if (_window[first] is not { } leader || AlreadyDescribed(first, leader))
                continue;
            var size = 0;
            for (var slot = first; slot < count; slot++)
            {
                if (_window[slot] is not { } image || image.Width != leader.Width || image.Height != leader.Height)
                    continue;
                rows[slot] = _described + size;
                _group[size++] = image;
                if (size == _group.Length)
                {
                    DescribeGroup(size);
                    size = 0;
                }
            }
            if (size > 0)
                DescribeGroup(size);
        }
        _readback.Queue(_descriptors.Slice(0, _described));
        _queued.Enqueue((position, count, rows));
    }

    /// <summary>What was recorded is good for the parameters and the whitening of that time.</summary>
    private void Prepare()
    {
        _model.Network.Prepare();
        var current = (_model.Network.Parameters.Version, _model.Whitening);
        if (current != _recordedFor)
            _shapes.ForEach(shape => shape.Forget());
        _recordedFor = current;
    }

    /// <summary>Whether an earlier image of the window has the same size, so that this one went with its group.</summary>
    private bool AlreadyDescribed(int index, RgbImage image)
    {
        for (var slot = 0; slot < index; slot++)
            if (_window[slot] is { } earlier && earlier.Width == image.Width && earlier.Height == image.Height)
                return true;
        return false;
    }

    private void DescribeGroup(int size)
    {
        var shape = _shapes[(size, _group[0].View.Height, _group[0].View.Width)];
        _batch.Write(_group.AsSpan(0, size), shape.Images);
        shape.Run();
        _model.Device.Operators.Copy(shape.Descriptors, _descriptors.Slice(_described, size));
        _described += size;
    }

    private ExtractionShape Make(int size, int height, int width)
    {
        var device = _model.Device;
        var images = device.Rent(new Shape(size, height, width, RgbImage.Channels), device.ActivationType);
        return new ExtractionShape(images, device.Rent(new Shape(size, Dimension), purpose: MemoryPurpose.Descriptors), Describe);
    }

    private void Describe(Tensor images, Tensor descriptors)
    {
        if (_options.ClassScores)
            _model.Classify(images, descriptors);
        else if (_options.Whiten)
            _model.Describe(images, _scales, descriptors, _options.Normalize);
        else
            _model.DescribeUnwhitened(images, _scales, descriptors, _options.Normalize);
    }
}
