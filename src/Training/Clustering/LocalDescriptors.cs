using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Tensor = Retrieval.Host.Tensor;

namespace Retrieval.Training.Clustering;

/// <summary>Draws locations of images' activation maps. Which images and locations depends on the seed alone.</summary>
internal sealed class LocalDescriptors(DescriptorNetwork network, NetVladInitialization options, ulong seed)
{
    private const ulong ImageStream = 101, LocationStream = 102;

    /// <summary>Local descriptors of unit length [N, C], those of readable images one after another; locations without length are left out.</summary>
    /// <param name="images">Where images come from.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancellation">Stops between two images.</param>
    public float[] Draw(IImageSource images, IProgress<int>? progress, CancellationToken cancellation)
    {
        network.Prepare();
        using var batch = new ImageBatch(network.Device, network.Description.Normalization);
        using var pass = new Pass(network.Device, PassMode.Inference);
        var failures = new ImageFailures();
        var result = new List<float>();
        var chosen = Some(images.Count, options.Images, new SeededRandom(seed, ImageStream));
        for (var i = 0; i < chosen.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (ImageLoading.TryLoad(images, chosen[i], failures) is { } image)
                Add(Map(batch, pass, image), new SeededRandom(seed, LocationStream, (ulong)chosen[i]), result);
            progress?.Report(i + 1);
        }
        return [.. result];
    }

    /// <summary>The activation map's values [H W, C].</summary>
    private float[] Map(ImageBatch batch, Pass pass, RgbImage image)
    {
        var input = batch.Upload([image]);
        var map = network.ActivationMap(input, pass);
        var values = network.Device.Rent(map.Shape, purpose: MemoryPurpose.Workspace);
        if (map.Type == ElementType.Float32)
            network.Device.Operators.Copy(map, values);
        else
            network.Device.Operators.Cast(map, values);
        var result = values.ToArray<float>();
        foreach (var tensor in (ReadOnlySpan<Tensor>)[values, map, input])
            network.Device.Return(tensor);
        return result;
    }

    private void Add(float[] map, SeededRandom random, List<float> result)
    {
        var channels = network.Description.Backbone.OutputChannels;
        foreach (var location in Some(map.Length / channels, options.LocationsPerImage, random))
        {
            var descriptor = map.AsSpan(location * channels, channels);
            var length = TensorPrimitives.Norm<float>(descriptor);
            if (!(length > 0) || !float.IsFinite(length))
                continue;
            TensorPrimitives.Divide(descriptor, length, descriptor);
            result.AddRange(descriptor);
        }
    }

    private static int[] Some(int count, int wanted, SeededRandom random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        random.Shuffle(numbers.AsSpan());
        return numbers.Length > wanted ? numbers[..wanted] : numbers;
    }
}
