using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Tests.Cli;

/// <summary>A folder with a few small images of a few classes and a tiny network's model file, gone afterwards.</summary>
public sealed class TinySet : IDisposable
{
    public const int ClassCount = 4, ImagesPerClass = 8, ImageCount = ClassCount * ImagesPerClass, Dimension = 32;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("retrieval-cli-");

    public TinySet()
    {
        Model = WriteModel("model.safetensors", seed: 1);
        WriteImages("images", ImagesPerClass);
    }

    public string Model { get; }

    public string Images => File("images");

    public string File(params string[] names) => Path.Combine([_folder.FullName, .. names]);

    /// <summary>A model file with weights drawn from a seed.</summary>
    public string WriteModel(string name, ulong seed, string architecture = "resnet18-w4")
    {
        using var device = Device.OpenCpu(1);
        var description = new NetworkDescription(BackboneDescription.Parse(architecture), new HeadDescription(PoolingKind.Gem), ImageNormalization.ImageNet);
        using var model = new RetrievalModel(new DescriptorNetwork(device, description));
        WeightInitializer.Initialize(model.Network.Parameters, seed);
        ModelFile.Save(model, File(name));
        return File(name);
    }

    /// <summary>Images of 32 x 32, a folder per class: stripes that differ between classes, with noise.</summary>
    public void WriteImages(string name, int perClass)
    {
        for (var label = 0; label < ClassCount; label++)
        {
            Directory.CreateDirectory(File(name, $"class{label}"));
            for (var i = 0; i < perClass; i++)
                ImageEncoder.Save(Stripes(label, i), File(name, $"class{label}", $"{i:D3}.png"));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static RgbImage Stripes(int label, int number)
    {
        var image = new RgbImage(32, 32);
        var random = new SeededRandom(1, (ulong)label, (ulong)number);
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var wave = Math.Sin((label % 2 == 0 ? x : y) * (0.3 + (0.4 * label)));
                byte Shade(double phase) => (byte)(128 + (80 * wave * phase) + random.Next(40));
                image[x, y] = new Rgb(Shade(1), Shade(0.5), Shade(-1));
            }
        return image;
    }
}
