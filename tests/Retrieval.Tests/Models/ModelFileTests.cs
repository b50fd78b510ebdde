using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("retrieval-model-").FullName;
    private readonly Device _device = Device.OpenCpu(1);

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_saved_model_comes_back_with_the_same_descriptors()
    {
        var path = Path.Combine(_folder, "m.safetensors");
        using var model = Make(whitening: true);
        ModelFile.Save(model, path);
        using var loaded = ModelFile.Load(path, _device);
        Assert.Equal("yes", loaded.Provenance["trained"]);
        Assert.Equal("Lw from a test", loaded.Whitening!.Source);
        Assert.Equal(Describe(model), Describe(loaded));
    }

    /// <summary>tests/models/version-1.safetensors was written by the program before there were other backbones: a resnet18-w1 with a whitening layer of 4.</summary>
    [Fact]
    public void A_model_of_the_first_version_is_read()
    {
        using var loaded = ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "models", "version-1.safetensors"), _device);
        Assert.Equal((BackboneDescription.Parse("resnet18-w1").Layout, 4), (loaded.Network.Description.Backbone.Layout, loaded.Dimension));
        Assert.Equal("v1set", loaded.Provenance["trained on"]);
        var again = Path.Combine(_folder, "again.safetensors");
        ModelFile.Save(loaded, again);
        using var saved = ModelFile.Load(again, _device);
        Assert.Equal(Describe(loaded), Describe(saved));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"backbone\":3}")]
    [InlineData("{\"backbone\":{\"kind\":\"vgg\"}}")]
    [InlineData("{\"backbone\":{\"name\":1,\"name\":2}}")]
    public void A_damaged_description_of_the_first_version_is_refused(string network)
    {
        var path = Path.Combine(_folder, "damaged.safetensors");
        var writer = new SafetensorsWriter();
        (writer.Metadata["format"], writer.Metadata["version"], writer.Metadata["network"]) = ("retrieval-model", "1", network);
        writer.Save(path, checksum: true);
        Assert.Contains("the metadata 'network' cannot be read", Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, _device)).Message);
    }

    [Fact]
    public void Plain_torchvision_weights_leave_the_head_alone()
    {
        var path = Path.Combine(_folder, "w.safetensors");
        using var model = Make(whitening: false);
        var writer = new SafetensorsWriter();
        foreach (var parameter in model.Network.Parameters.All.Where(parameter => !parameter.Name.StartsWith("pool", StringComparison.Ordinal)))
            writer.Add<float>(parameter.Name, WeightLayout.FileShape(parameter), WeightLayout.ToFile(parameter, parameter.Value.ToArray<float>()));
        writer.Add<float>("fc.weight", [2, 2], new float[4]);
        writer.Save(path);
        using var other = new DescriptorNetwork(_device, model.Network.Description);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["pool.p"], WeightLoader.Load(other.Parameters, file, requireHead: false));
        Assert.Equal(model.Network.Parameters["layer2.0.conv1.weight"].Value.ToArray<float>(), other.Parameters["layer2.0.conv1.weight"].Value.ToArray<float>());
    }

    [Fact]
    public void Weights_of_another_architecture_change_nothing()
    {
        var path = Path.Combine(_folder, "m.safetensors");
        using var model = Make(whitening: false);
        ModelFile.Save(model, path);
        var wider = model.Network.Description with { Backbone = ResNetTests.SmallBackbone with { BaseWidth = 8 } };
        using var other = new DescriptorNetwork(_device, wider);
        using var file = SafetensorsFile.Open(path);
        var exception = Assert.Throws<InvalidDataException>(() => WeightLoader.Load(other.Parameters, file, requireHead: true));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains("conv1.weight", exception.Message, StringComparison.Ordinal);
        Assert.All(other.Parameters["conv1.weight"].Value.ToArray<float>(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_damaged_model_file_is_refused_by_name_and_costs_no_memory()
    {
        var path = Path.Combine(_folder, "m.safetensors");
        using var model = Make(whitening: true);
        ModelFile.Save(model, path);
        var good = File.ReadAllBytes(path);
        var random = new Random(7);
        var mutated = Path.Combine(_folder, "mutated.safetensors");
        var refused = 0;
        var before = _device.Arena.RentedByteCount;
        for (var i = 0; i < 400; i++)
        {
            var bytes = FileMutation.Of(good, random, i / 2);
            // Every other one with a checksum that fits, to reach what stands behind it.
            File.WriteAllBytes(mutated, i % 2 == 0 ? bytes : FileMutation.Sealed(bytes));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ModelFile.Load(mutated, _device).Dispose();
            }
            catch (InvalidDataException exception)
            {
                Assert.StartsWith(mutated, exception.Message, StringComparison.Ordinal);
                refused++;
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 64 << 20, $"mutation {i} made us allocate {GC.GetAllocatedBytesForCurrentThread() - allocated} bytes");
            Assert.Equal(before, _device.Arena.RentedByteCount);
        }
        Assert.True(refused > 200, $"only {refused} of 400 mutations were refused");
    }

    private RetrievalModel Make(bool whitening)
    {
        var network = new DescriptorNetwork(_device, ResNetTests.Small(PoolingKind.Gem));
        WeightInitializer.Initialize(network.Parameters, seed: 3);
        var model = new RetrievalModel(network) { Provenance = { ["trained"] = "yes" } };
        if (whitening)
            model.Whitening = new DescriptorWhitening(_device, Enumerable.Range(0, 5 * 32).Select(i => MathF.Sin(i)).ToArray(), new float[5], 32, "Lw from a test");
        return model;
    }

    private float[] Describe(RetrievalModel model)
    {
        var images = _device.Rent<float>(new Shape(2, 40, 36, 3), Enumerable.Range(0, 2 * 40 * 36 * 3).Select(i => MathF.Cos(i * 0.37f)).ToArray());
        var descriptors = _device.Rent(new Shape(2, model.Dimension));
        model.Describe(images, [1, 0.7f], descriptors);
        var result = descriptors.ToArray<float>();
        _device.Return(descriptors);
        _device.Return(images);
        return result;
    }
}
