using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Support;
using Retrieval.Tests.Training;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The estimate against what the same job really rents.</summary>
[Unwatched]
public sealed class MemoryEstimateTests
{
    private static readonly ImageSizing Sizing = ImageSizing.Parse("32x32");
    private static readonly ExtractionOptions Extraction = new(4, 1);

    private static readonly NetworkDescription Network = new(BackboneDescription.Parse("resnet18-w16"), new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet);

    [DeviceTheory]
    [InlineData(PassMode.BatchStatistics)]
    [InlineData(PassMode.FrozenStatistics)]
    public void Training_takes_what_was_estimated(DeviceName on, PassMode statistics) => CheckTraining(on, Network, statistics);

    /// <summary>On the processor scratch memory, which is not estimated there, outweighs maps as small as these.</summary>
    [DeviceTheory(Kind = "cuda")]
    [InlineData("resnet50-ibn-a-w4", 0, PassMode.BatchStatistics)]
    [InlineData("vgg16-w4", 2, PassMode.FrozenStatistics)]
    public void Training_of_other_backbones_takes_what_was_estimated(DeviceName on, string architecture, int frozenStages, PassMode statistics) =>
        CheckTraining(on, Network with { Backbone = BackboneDescription.Parse(architecture) with { FrozenStages = frozenStages } }, statistics);

    private static void CheckTraining(DeviceName on, NetworkDescription network, PassMode statistics)
    {
        TestDevices.Require(on);
        using var device = Device.Open(on, 2, on.UsualPrecision(training: true));
        var images = new MemoryImageSource([.. Enumerable.Repeat(new RgbImage(Sizing.Width, Sizing.Height), 16)]);
        var data = TupleDataset.FromLabels(images, [.. Enumerable.Range(0, 16).Select(image => image / 4)]);
        var options = TinyTraining.Options with { Statistics = statistics, Sampling = TinyTraining.Tuples with { Mining = TinyTraining.Tuples.Mining with { Queries = 4, Pool = 16 } } };
        var estimate = MemoryEstimate.Of(device, dry => Rehearsal.Train(dry, network, data, Sizing, options, Extraction));
        using (var model = new RetrievalModel(new DescriptorNetwork(device, network)))
        {
            WeightInitializer.Initialize(model.Network.Parameters, 1);
            using var trainer = new Trainer(model, data, options, Extraction);
            trainer.RunEpoch();
        }
        Check(estimate, device);
    }

    [DeviceTheory]
    [InlineData("32x48", "1,0.5")]
    [InlineData("40", "1")]
    public void Extraction_takes_what_was_estimated(DeviceName on, string size, string scales)
    {
        TestDevices.Require(on);
        using var device = Device.Open(on, 2, on.UsualPrecision(training: false));
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
        Assert.Equal(0, device.Memory.ReservedByteCount);
    }

    [Fact]
    public void An_index_lies_beside_the_model_and_its_augmented_copy_beside_it()
    {
        using var device = Device.OpenCpu(1);
        using var model = new RetrievalModel(new DescriptorNetwork(device, Network));
        var (alone, beside) = (Extract(0), Extract(1000));
        Assert.Equal(1000L * 128 * sizeof(float), beside.PeakByteCount - alone.PeakByteCount);
        var waiting = MemoryEstimate.Of(device, dry => Rehearsal.Evaluate(dry, model, Sizing, Extraction, 1000, untrained: true));
        var parameters = device.Memory.Uses.Single(use => use.Purpose == MemoryPurpose.Parameters).Current;
        Assert.Equal(parameters, Of(waiting, MemoryPurpose.Parameters) - Of(alone, MemoryPurpose.Parameters));
        var joined = MemoryEstimate.Of(device, dry => Rehearsal.Join(dry, 1000, 128, augmented: true), convolves: false);
        Assert.Equal(2000L * 128 * sizeof(float), Of(joined, MemoryPurpose.Descriptors));

        MemoryEstimate Extract(long rows) => MemoryEstimate.Of(device, dry => Rehearsal.Extract(dry, model, Sizing, Extraction, rows));
        static long Of(MemoryEstimate estimate, MemoryPurpose purpose) => estimate.Purposes.Single(use => use.Purpose == purpose).ByteCount;
    }

    /// <summary>As much as plans of convolutions may ask for: a quarter of what is free, at most 1 GiB; and what products may.</summary>
    [Fact]
    public void Workspaces_of_libraries_are_an_upper_line()
    {
        TestDevices.Require(TestDevices.Cuda);
        using Device cpu = Device.OpenCpu(1), cuda = Device.Open(TestDevices.Cuda, 1);
        Assert.Equal(0, MemoryEstimate.Of(cpu, _ => { }).LibraryByteCount);
        Assert.Equal(32L << 20, MemoryEstimate.Of(cuda, _ => { }, convolves: false).LibraryByteCount);
        Assert.InRange(MemoryEstimate.Of(cuda, _ => { }).LibraryByteCount, 32L << 20, 1L << 30);
    }

    [Fact]
    public void The_line_tells_all_and_warns_where_it_is_too_much()
    {
        var estimate = new MemoryEstimate(3L << 30, [(MemoryPurpose.Activations, 5L << 29), (MemoryPurpose.Gradients, 0), (MemoryPurpose.OptimizerState, 92 << 20)], 1L << 30);
        Assert.Equal("memory: 3.0 GiB of 79.0 GiB free on cuda:0 (activations 2.5 GiB, optimiser state 92.0 MiB), and what operators use for a moment; libraries' workspaces: up to 1.0 GiB",
            estimate.Line(new DeviceName("cuda", 0), 79L << 30));
        Assert.EndsWith("use for a moment", (estimate with { LibraryByteCount = 0 }).Line(DeviceName.Cpu, 79L << 30), StringComparison.Ordinal);
        Assert.False(estimate.Exceeds(79L << 30));
        Assert.True(estimate.Exceeds((3L << 30) - 1));
    }

    /// <summary>Equal but for what operators rent for themselves: their scratch memory, weights that they keep in an order of their own, and tables of an optimiser's tensors.</summary>
    private static void Check(MemoryEstimate estimate, Device device)
    {
        // Of two threads, or of blocks; once beside recorded work and once in it.
        const long scratch = 4 << 20;
        foreach (var ((purpose, byteCount), real) in estimate.Purposes.Zip(device.Memory.Uses.Select(use => use.Peak)))
        {
            if (purpose == MemoryPurpose.Workspace)
                Assert.InRange(real, byteCount, byteCount + scratch);
            else if (purpose is MemoryPurpose.Parameters or MemoryPurpose.OptimizerState)
                Assert.InRange(real, byteCount * 0.98, byteCount * 1.02);
            else
                Assert.Equal((purpose, byteCount), (purpose, real));
        }
        Assert.InRange(device.Memory.PeakByteCount, estimate.PeakByteCount * 0.98, (estimate.PeakByteCount * 1.02) + scratch);
    }
}
