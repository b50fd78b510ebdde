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
    public static void Extract(Device device, RetrievalModel like, ImageSizing sizing, ExtractionOptions options)
    {
        using var model = new RetrievalModel(new DescriptorNetwork(device, like.Network.Description));
        if (options.Whiten && like.Whitening is { } whitening)
            model.Whitening = new DescriptorWhitening(device, new float[whitening.OutputDimension * whitening.InputDimension], new float[whitening.OutputDimension],
                whitening.InputDimension, whitening.Source);
        using var extractor = new DescriptorExtractor(model, options);
        extractor.Rehearse(Largest(sizing));
    }

    /// <summary>Holding descriptors and searching them.</summary>
    public static void Search(Device device, long count, int dimension)
    {
        const int rowsAtOnce = 1 << 20;
        var pieces = new List<Tensor>();
        for (var first = 0L; first < count; first += rowsAtOnce)
            pieces.Add(device.Rent(new Shape((int)Math.Min(rowsAtOnce, count - first), dimension), purpose: MemoryPurpose.Descriptors));
        pieces.Add(device.Rent(new Shape((int)Math.Min(int.MaxValue, SearchOptions.Default.WorkspaceByteCount)), ElementType.UInt8, MemoryPurpose.Workspace));
        pieces.ForEach(device.Return);
    }

    /// <summary>A blank image as large as any of a size comes out.</summary>
    private static RgbImage Largest(ImageSizing sizing)
    {
        var (width, height) = sizing.IsFixed ? sizing.FixedSize : (sizing.Width, sizing.Width);
        return new RgbImage(width, height);
    }
}
