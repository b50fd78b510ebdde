using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

/// <summary>What stands before the last L2 is what becomes the descriptor by it, whatever the head, the scales and the whitening.</summary>
public sealed class UnnormalizedTests : OperatorTests
{
    private const int Images = 2, Whitened = 5;

    [DeviceTheory]
    [InlineData(false, 0, false, "1")]
    [InlineData(true, 0, false, "1")]
    [InlineData(false, 6, false, "1")]
    [InlineData(true, 6, true, "1")]
    [InlineData(false, 0, true, "1,0.5")]
    [InlineData(false, 0, false, "1,0.5")]
    public void Normalised_it_is_the_descriptor(DeviceName on, bool neck, int layer, bool whitening, string scales)
    {
        Open(on);
        var head = new HeadDescription(PoolingKind.Gem) { Neck = neck, WhiteningDimensions = layer };
        using var model = new RetrievalModel(new DescriptorNetwork(Device, new NetworkDescription(BackboneDescription.Parse("resnet18-w4"), head, ImageNormalization.ImageNet)));
        WeightInitializer.Initialize(model.Network.Parameters, 3);
        var dimension = model.Network.Description.Dimension;
        if (whitening)
            model.Whitening = new DescriptorWhitening(Device, Reference.Random(Whitened * dimension, 4), Reference.Random(Whitened, 5), dimension, "a test");
        var images = Device.Rent<float>(new Shape(Images, 40, 40, 3), Reference.Random(Images * 40 * 40 * 3, 6));
        float[] descriptors = Describe(true), vectors = Describe(false);
        Assert.Contains(vectors.Chunk(model.Dimension), row => Math.Abs(Length(row) - 1) > 0.01);
        foreach (var (descriptor, vector) in descriptors.Chunk(model.Dimension).Zip(vectors.Chunk(model.Dimension)))
        {
            var length = Length(vector);
            Assert.All(descriptor.Zip(vector), pair => Assert.Equal(pair.First, pair.Second / length, 1e-4));
        }
        Device.Return(images);

        float[] Describe(bool normalize)
        {
            var result = Device.Rent(new Shape(Images, model.Dimension));
            model.Describe(images, RetrievalModel.ParseScales(scales), result, normalize);
            var values = result.ToArray<float>();
            Device.Return(result);
            return values;
        }
    }

    private static double Length(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));
}
