using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Training;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The estimate against what the same job really rents.</summary>
public sealed class MemoryEstimateTests
{
    private static readonly ImageSizing Sizing = ImageSizing.Parse("64x48");
    private static readonly ExtractionOptions Extraction = new(4, 1);

    private static readonly NetworkDescription Network = new(ResNetDescription.Parse("resnet18-w16"), new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet);

    [Theory]
    [InlineData(PassMode.BatchStatistics)]
    [InlineData(PassMode.FrozenStatistics)]
    public void Training_takes_what_was_estimated(PassMode statistics)
    {
        using var device = Device.OpenCpu(2);
        var images = new MemoryImageSource([.. Enumerable.Repeat(new RgbImage(Sizing.Width, Sizing.Height), 40)]);
        var data = TupleDataset.FromLabels(images, [.. Enumerable.Range(0, 40).Select(image => image / 4)]);
        var options = TinyTraining.Options with { Statistics = statistics, TuplesPerStep = 4, Mining = TinyTraining.Options.Mining with { Queries = 8, Pool = 40 } };
        var estimate = MemoryEstimate.Of(device, dry => Rehearsal.Train(dry, Network, data, Sizing, options, Extraction));
        using (var model = new RetrievalModel(new DescriptorNetwork(device, Network)))
        {
            WeightInitializer.Initialize(model.Network.Parameters, 1);
            using var trainer = new Trainer(model, data, options, Extraction);
            trainer.RunEpoch();
        }
        Check(estimate, device);
    }

    [Theory]
    [InlineData("64x48", "1,0.5")]
    [InlineData("56", "1")]
    public void Extraction_takes_what_was_estimated(string size, string scales)
    {
        using var device = Device.OpenCpu(2);
        var (sizing, options) = (ImageSizing.Parse(size), Extraction with { Scales = RetrievalModel.ParseScales(scales) });
        using var model = new RetrievalModel(new DescriptorNetwork(device, Network));
        model.Whitening = new DescriptorWhitening(device, new float[8 * 128], new float[8], 128, "a test");
        var estimate = MemoryEstimate.Of(device, dry => Rehearsal.Extract(dry, model, sizing, options));
        var (width, height) = sizing.IsFixed ? sizing.FixedSize : (sizing.Width, sizing.Width);
        using var extractor = new DescriptorExtractor(model, options);
        extractor.ExtractAll(new MemoryImageSource([.. Enumerable.Repeat(new RgbImage(width, height), 8)]), [.. Enumerable.Range(0, 8)]);
        Check(estimate, device);
    }

    [Fact]
    public void A_search_holds_the_descriptors()
    {
        using var device = Device.OpenCpu(1);
        var estimate = MemoryEstimate.Of(device, dry => Rehearsal.Search(dry, 10_000_000_000, 512));
        Assert.Equal(20_480_000_000_000, estimate.Purposes.Single(use => use.Purpose == MemoryPurpose.Descriptors).ByteCount);
        Assert.Equal(0, device.Arena.ReservedByteCount);
    }

    [Fact]
    public void The_line_tells_all_and_warns_where_it_is_too_much()
    {
        var estimate = new MemoryEstimate(3L << 30, [(MemoryPurpose.Activations, 5L << 29), (MemoryPurpose.Gradients, 0), (MemoryPurpose.OptimizerState, 92 << 20)]);
        Assert.Equal("memory: 3.0 GiB of 79.0 GiB free on cuda:0 (activations 2.5 GiB, optimiser state 92.0 MiB), and what operators and libraries use for a moment",
            estimate.Line(new DeviceName("cuda", 0), 79L << 30));
        Assert.False(estimate.Exceeds(79L << 30));
        Assert.True(estimate.Exceeds((3L << 30) - 1));
    }

    /// <summary>Equal but for what operators rent for themselves: their scratch memory, and the padding of weights that they keep in an order of their own.</summary>
    private static void Check(MemoryEstimate estimate, Device device)
    {
        const long scratchPerThread = 1 << 20;
        foreach (var (purpose, byteCount) in estimate.Purposes)
        {
            var real = device.Arena.Peak(purpose);
            if (purpose == MemoryPurpose.Workspace)
                Assert.InRange(real, byteCount, byteCount + (2 * scratchPerThread));
            else if (purpose == MemoryPurpose.Parameters)
                Assert.InRange(real, byteCount, byteCount * 1.02);
            else
                Assert.Equal((purpose, byteCount), (purpose, real));
        }
        Assert.InRange(device.Arena.PeakByteCount, estimate.PeakByteCount, (estimate.PeakByteCount * 1.02) + (2 * scratchPerThread));
    }
}
