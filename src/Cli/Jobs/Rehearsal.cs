using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Index;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>The largest steps of jobs, without a result, for a <see cref="MemoryEstimate"/>.</summary>
internal static class Rehearsal
{
    /// <summary>Training: mining and one step.</summary>
    public static void Train(Device device, NetworkDescription network, TupleDataset data, ImageSizing sizing, TrainingOptions options, ExtractionOptions extraction)
    {
        using var model = new RetrievalModel(new DescriptorNetwork(device, network));
        using var trainer = new Trainer(model, data, options, extraction);
        trainer.Rehearse(Largest(sizing));
    }

    /// <summary>Describing images with a model like another one.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="like">The model.</param>
    /// <param name="sizing">The images' size.</param>
    /// <param name="options">Batch, scales, whitening.</param>
    /// <param name="indexRows">Descriptors that indices hold beside the model, be they searched or made.</param>
    public static void Extract(Device device, RetrievalModel like, ImageSizing sizing, ExtractionOptions options, long indexRows = 0)
    {
        var dimension = options.Whiten ? like.Dimension : like.UnwhitenedDimension;
        using var index = new HeldIndex(device, indexRows, dimension);
        using var model = new RetrievalModel(new DescriptorNetwork(device, like.Network.Description));
        if (options.Whiten && like.Whitening is { } whitening)
            model.Whitening = new DescriptorWhitening(device, new float[whitening.OutputDimension * whitening.InputDimension], new float[whitening.OutputDimension],
                whitening.InputDimension, whitening.Source);
        if (like.Classifier is { } classifier)
            model.Classifier = new Classifier(device, new float[classifier.Classes.Count * classifier.InputDimension], new float[classifier.Classes.Count], classifier.Classes, classifier.PooledDimension);
        using var extractor = new DescriptorExtractor(model, options);
        extractor.Rehearse(Largest(sizing));
    }

    /// <summary>Evaluating a model on images of which so many are the database.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="like">The model.</param>
    /// <param name="sizing">The images' size.</param>
    /// <param name="options">Batch, scales, whitening.</param>
    /// <param name="databaseCount">Descriptors that are searched.</param>
    /// <param name="untrained">Whether another model of the kind is evaluated while this one waits.</param>
    public static void Evaluate(Device device, RetrievalModel like, ImageSizing sizing, ExtractionOptions options, long databaseCount, bool untrained)
    {
        using var waiting = untrained ? new RetrievalModel(new DescriptorNetwork(device, like.Network.Description)) : null;
        Extract(device, like, sizing, options, databaseCount);
    }

    /// <summary>Holding descriptors and searching them.</summary>
    public static void Search(Device device, long count, int dimension)
    {
        using var index = new HeldIndex(device, count, dimension);
        device.Return(device.Rent(new Shape((int)Math.Min(int.MaxValue, SearchOptions.Default.WorkspaceByteCount)), ElementType.UInt8, MemoryPurpose.Workspace));
    }

    /// <summary>Making an index of given descriptors, and perhaps an augmented one by searching it.</summary>
    public static void Join(Device device, long count, int dimension, bool augmented)
    {
        using var index = new HeldIndex(device, count, dimension);
        if (augmented)
            Search(device, count, dimension);
    }

    /// <summary>A blank image as large as any of a size comes out.</summary>
    private static RgbImage Largest(ImageSizing sizing)
    {
        var (width, height) = sizing.IsFixed ? sizing.FixedSize : (sizing.Width, sizing.Width);
        return new RgbImage(width, height);
    }

    /// <summary>The descriptors of an index.</summary>
    private sealed class HeldIndex : IDisposable
    {
        private const int RowsAtOnce = 1 << 20;

        private readonly List<Tensor> _pieces = [];

        public HeldIndex(Device device, long count, int dimension)
        {
            for (var first = 0L; first < count; first += RowsAtOnce)
                _pieces.Add(device.Rent(new Shape((int)Math.Min(RowsAtOnce, count - first), dimension), purpose: MemoryPurpose.Descriptors));
        }

        public void Dispose()
        {
            foreach (var piece in _pieces)
                piece.Device.Return(piece);
        }
    }
}
