using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The mask of a pooling as a picture.</summary>
public sealed class MaskTests(TinySet set) : IClassFixture<TinySet>
{
    [Fact]
    public void A_mask_is_drawn_over_its_photograph()
    {
        string model = WriteModel("wgem.safetensors", PoolingKind.WeightedGem), photo = WritePhoto("photo.jpg"), picture = set.File("mask.png");
        var run = RetrievalProcess.Run("mask", "--model", model, "--out", picture, photo, "--size", "128", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var line = Assert.Single(run.JsonLines);
        Assert.Equal((3, 4), (line.GetProperty("rows").GetInt32(), line.GetProperty("columns").GetInt32()));
        Assert.InRange(line.GetProperty("largest").GetDouble(), 1.0 / 12, 1);
        RgbImage drawn = ImageDecoder.Decode(picture), plain = ImageDecoder.Decode(photo).ResizeLong(128);
        Assert.Equal((128, 96), (drawn.Width, drawn.Height));
        Assert.NotEqual(plain[20, 20], drawn[20, 20]);
    }

    [Fact]
    public void Several_images_go_into_a_folder()
    {
        string model = WriteModel("crow.safetensors", PoolingKind.Crow), folder = set.File("masks");
        var run = RetrievalProcess.Run("mask", "--model", model, "--out", folder, WritePhoto("a.jpg"), WritePhoto("b.jpg"), "--size", "64");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["a.mask.jpg", "b.mask.jpg"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_pooling_without_a_mask_is_named()
    {
        var run = RetrievalProcess.Run("mask", "--model", set.Model, "--out", set.File("none.png"), WritePhoto("c.jpg"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("its pooling is gem, which has no mask", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private string WriteModel(string name, PoolingKind pooling)
    {
        using var device = Device.OpenCpu(1);
        var description = new NetworkDescription(BackboneDescription.Parse("resnet18-w4"), new HeadDescription(pooling), ImageNormalization.ImageNet);
        using var model = new RetrievalModel(new DescriptorNetwork(device, description));
        WeightInitializer.Initialize(model.Network.Parameters, seed: 1);
        foreach (var parameter in model.Network.Parameters.Trainable.Where(parameter => parameter.Role == ParameterRole.MaskConvolution))
            parameter.Set([.. Enumerable.Range(0, (int)parameter.Value.Count).Select(i => (i % 7) - 3f)]);
        ModelFile.Save(model, set.File(name));
        return set.File(name);
    }

    /// <summary>A bright square before a gradient, as a camera's file.</summary>
    private string WritePhoto(string name)
    {
        var image = new RgbImage(256, 192);
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                image[x, y] = x is > 90 and < 170 && y is > 60 and < 130 ? new Rgb(240, 220, 90) : new Rgb((byte)(x / 2), (byte)(y / 2), 120);
        ImageEncoder.Save(image, set.File(name));
        return set.File(name);
    }
}
