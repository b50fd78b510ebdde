using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;
using Xunit;

namespace Retrieval.Tests.Models;

/// <summary>Weights under the names of published codes.</summary>
public sealed class WeightNamesTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("retrieval-weights-").FullName, "w.safetensors");
    private readonly Device _device = Device.OpenCpu(1);

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
    }

    /// <summary>One name of each code for a parameter of ours.</summary>
    [Theory]
    [InlineData("torchvision, IBN-Net", "layer1.0.bn1.IN.weight", "layer1.0.bn1.IN.weight")]
    [InlineData("torch.nn.DataParallel", "features.28.bias", "module.features.28.bias")]
    [InlineData("MultiGrain", "layer4.2.conv3.weight", "features.layer4.2.conv3.weight")]
    [InlineData("reid-strong-baseline", "layer1.0.downsample.0.weight", "base.layer1.0.downsample.0.weight")]
    [InlineData("reid-strong-baseline", "bottleneck.running_mean", "bottleneck.running_mean")]
    [InlineData("centroids-reid", "conv1.weight", "backbone.base.conv1.weight")]
    [InlineData("centroids-reid", "bottleneck.weight", "bn.weight")]
    [InlineData("cnnimageretrieval-pytorch", "conv1.weight", "features.0.weight")]
    [InlineData("cnnimageretrieval-pytorch", "bn1.running_var", "features.1.running_var")]
    [InlineData("cnnimageretrieval-pytorch", "layer1.0.conv1.weight", "features.4.0.conv1.weight")]
    [InlineData("cnnimageretrieval-pytorch", "layer4.2.bn3.bias", "features.7.2.bn3.bias")]
    [InlineData("cnnimageretrieval-pytorch", "whiten.weight", "whiten.weight")]
    [InlineData("cnnimageretrieval-pytorch", "features.0.weight", null)]
    [InlineData("cnnimageretrieval-pytorch, Caffe features", "layer2.0.conv1.weight", "5.0.conv1.weight")]
    [InlineData("cnnimageretrieval-pytorch, Caffe features", "features.28.weight", "28.weight")]
    [InlineData("pytorch-NetVlad", "features.28.weight", "encoder.28.weight")]
    public void A_parameter_has_its_name_there(string source, string ours, string? theirs) =>
        Assert.Equal(theirs, WeightNames.Known.Single(names => names.Source == source)[ours]);

    [Theory]
    [InlineData("resnet18-w4")]
    [InlineData("resnet50-ibn-a-w2-s1")]
    [InlineData("vgg16-w2")]
    [InlineData("vgg16_bn-w2")]
    [InlineData("alexnet-w2")]
    public void Weights_under_any_of_the_names_are_found(string architecture)
    {
        using var network = Network(architecture, seed: 3);
        var tried = 0;
        foreach (var names in WeightNames.Known)
        {
            if (network.Parameters.All.Any(parameter => names[parameter.Name] is null))
                continue;
            Write(network.Parameters, name => names[name]!);
            using var other = Network(architecture, seed: 4);
            using (var file = SafetensorsFile.Open(_path))
                Assert.Empty(WeightLoader.Load(other.Parameters, file, requireHead: true));
            Assert.All(network.Parameters.All, parameter => Assert.Equal(parameter.Value.ToArray<float>(), other.Parameters[parameter.Name].Value.ToArray<float>()));
            tried++;
        }
        Assert.True(tried >= 4, $"only {tried} codes have names for {architecture}");
    }

    [Fact]
    public void What_is_missing_is_called_by_the_files_name()
    {
        using var network = Network("resnet18-w4", seed: 3);
        Write(network.Parameters, name => name == "layer3.0.conv2.weight" ? "other" : "backbone.base." + name);
        using var file = SafetensorsFile.Open(_path);
        var exception = Assert.Throws<InvalidDataException>(() => WeightLoader.Load(network.Parameters, file, requireHead: false));
        Assert.Contains("'backbone.base.layer3.0.conv2.weight' is missing", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A bias in front of a normalisation moves its mean: the network computes what the file's would.</summary>
    [Fact]
    public void A_bias_before_a_normalisation_is_taken_into_its_mean()
    {
        using var network = Network("vgg16_bn-w2", seed: 3);
        Write(network.Parameters, name => name, writer => writer.Add<float>("features.3.bias", [2], new[] { 0.5f, -3 }));
        using var other = Network("vgg16_bn-w2", seed: 4);
        using (var file = SafetensorsFile.Open(_path))
            WeightLoader.Load(other.Parameters, file, requireHead: false);
        Assert.Equal([-0.5f, 3], other.Parameters["features.4.running_mean"].Value.ToArray<float>());
        var stored = new SafetensorsWriter();
        WeightLoader.Store(other.Parameters, stored);
        stored.Save(_path);
        using var again = SafetensorsFile.Open(_path);
        Assert.Equal([0, 0], again.ReadAsFloat32("features.3.bias"));
    }

    private DescriptorNetwork Network(string architecture, ulong seed)
    {
        var network = new DescriptorNetwork(_device, new NetworkDescription(BackboneDescription.Parse(architecture), new HeadDescription(PoolingKind.Mac), ImageNormalization.ImageNet));
        WeightInitializer.Initialize(network.Parameters, seed);
        return network;
    }

    private void Write(ParameterSet parameters, Func<string, string> name, Action<SafetensorsWriter>? more = null)
    {
        var writer = new SafetensorsWriter();
        foreach (var parameter in parameters.All)
            writer.Add<float>(name(parameter.Name), WeightLayout.FileShape(parameter), WeightLayout.ToFile(parameter, parameter.Value.ToArray<float>()));
        more?.Invoke(writer);
        writer.Save(_path);
    }
}
