using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Bench;

/// <summary>Descriptors of images that lie on the device: backbone, GeM, L2.</summary>
internal sealed class EmbedTopic : BenchTopic
{
    private static readonly float[] OneScale = [1];

    public override string Name => "embed";

    public override IReadOnlyList<string> Axes { get; } = ["batch", "height", "width"];

    public override string Cases => "1x224x224,8x224x224,1x768x1024";

    public override int Repetitions => 7;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        using var model = new RetrievalModel(Network(run));
        foreach (var sizes in cases)
            Run(run, model, sizes);
    }

    /// <summary>A network of the asked architecture with GeM, weights drawn from the seed.</summary>
    public static DescriptorNetwork Network(BenchRun run)
    {
        var description = new NetworkDescription(BackboneDescription.Parse(run.Architecture), new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet);
        var network = new DescriptorNetwork(run.Device, description);
        WeightInitializer.Initialize(network.Parameters, run.Seed);
        return network;
    }

    /// <summary>Random images [batch, height, width, 3] on the device, the caller's own.</summary>
    public static Tensor Images(BenchRun run, int[] sizes)
    {
        var shape = new Shape(sizes[0], sizes[1], sizes[2], 3);
        var images = run.Device.Rent<float>(shape, run.Uniform(checked((int)shape.Count), stream: 1));
        if (run.Device.ActivationType == ElementType.Float32)
            return images;
        var narrow = run.Device.Rent(shape, run.Device.ActivationType);
        run.Device.Operators.Cast(images, narrow);
        run.Device.Return(images);
        return narrow;
    }

    private void Run(BenchRun run, RetrievalModel model, int[] sizes)
    {
        var images = Images(run, sizes);
        var descriptors = run.Device.Rent(new Shape(sizes[0], model.Dimension), purpose: MemoryPurpose.Descriptors);
        Verify(model, images, descriptors);
        var timing = run.Time(() =>
        {
            model.Describe(images, OneScale, descriptors);
            run.Device.Synchronize();
        });
        run.Print(Name, [("arch", run.Architecture), .. Named(sizes)], timing, "imagesPerSecond", sizes[0]);
        run.Device.Return(descriptors);
        run.Device.Return(images);
    }

    /// <summary>The last image of a batch must have the descriptor that it has alone, of unit length.</summary>
    private static void Verify(RetrievalModel model, Tensor images, Tensor descriptors)
    {
        var last = images.Shape[0] - 1;
        model.Describe(images.Slice(last, 1), OneScale, descriptors.Slice(0, 1));
        var alone = descriptors.Slice(0, 1).ToArray<float>();
        model.Describe(images, OneScale, descriptors);
        var together = descriptors.Slice(last, 1).ToArray<float>();
        BenchRun.Verify("length of a descriptor", 1, Math.Sqrt(together.Sum(value => (double)value * value)), 1e-4);
        BenchRun.Verify("an image's descriptor in a batch . alone", 1, together.Zip(alone, (x, y) => (double)x * y).Sum(), 1e-4);
    }
}
