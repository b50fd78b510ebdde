using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Imaging;
using Retrieval.Tests.Models;
using Retrieval.Tests.Support;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class ProxyTaskTests : OperatorTests
{
    private const int Copies = 3;

    private static readonly MemoryImageSource Images = new([.. Enumerable.Range(0, 4).Select(i => TestImages.Noise(70 + i, 64, (ulong)i))]);

    [DeviceTheory]
    public void EachExponentDescribesTheSameCopiesAsTheNetworkWithIt(DeviceName on)
    {
        Open(on);
        using var model = Make(PoolingKind.Gem);
        var augmentation = ProxyTask.FullAugmentation(64);
        float[] exponents = [1, 4.5f];
        var found = new ProxyTask(model, augmentation, Copies, seed: 9).Describe(Images, [2, 0], exponents, new ExtractionOptions(BatchSize: 2, LoaderThreads: 1));
        AugmentedImage[] shown = [.. new[] { 2, 0 }.SelectMany(image => Enumerable.Range(0, Copies).Select(copy => augmentation.Apply(Images.Load(image), new SeededRandom(9, 11, (ulong)image, (ulong)copy))))];
        for (var i = 0; i < exponents.Length; i++)
        {
            model.Network.SetExponent(exponents[i]);
            Reference.Close([.. Describe(model, shown).Select(value => (double)value)], found[i], 1e-5);
        }
        Assert.NotEqual(found[0], found[1]);
        Assert.Equal(shown.Length, shown.Select(one => one.View).Distinct().Count());
    }

    [Fact]
    public void OnlyGeneralisedMeansHaveAnExponent()
    {
        using var mac = Make(PoolingKind.Mac);
        Assert.Contains("pools by a generalised mean, got mac", Assert.Throws<ArgumentException>(() => mac.Network.SetExponent(3)).Message, StringComparison.Ordinal);
        using var channels = Make(PoolingKind.GemPerChannel);
        channels.Network.SetExponent(5);
        Assert.All(channels.Network.Parameters["pool.p"].Value.ToArray<float>(), p => Assert.Equal(5, p));
        Assert.Throws<ArgumentException>(() => channels.Network.SetExponent(0));
    }

    private RetrievalModel Make(PoolingKind pooling)
    {
        var model = new RetrievalModel(new DescriptorNetwork(Device, ResNetTests.Small(pooling)));
        WeightInitializer.Initialize(model.Network.Parameters, 3);
        return model;
    }

    private float[] Describe(RetrievalModel model, AugmentedImage[] shown)
    {
        using var batch = new ImageBatch(Device, model.Network.Description.Normalization);
        model.Network.Prepare();
        var input = batch.Upload(shown);
        var output = Device.Rent(new Shape(shown.Length, model.Dimension));
        model.Describe(input, [1], output);
        var values = output.ToArray<float>();
        Device.Return(output);
        Device.Return(input);
        return values;
    }
}
