using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Demo;

/// <summary>What a network sees at each position of an image: the norm of its activations, scaled to a maximum of 1, or the mask of its pooling.</summary>
internal sealed record ActivationMap(int Height, int Width, float[] Values)
{
    /// <summary>The map of one image.</summary>
    public static ActivationMap Of(RetrievalModel model, RgbImage image)
    {
        var (shape, activations) = Read(model, image, (map, _) => Tensor.None);
        var values = new float[shape[1] * shape[2]];
        for (var i = 0; i < values.Length; i++)
            values[i] = MathF.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares(activations.AsSpan(i * shape[3], shape[3])));
        var largest = values.Max();
        return new ActivationMap(shape[1], shape[2], largest > 0 ? Array.ConvertAll(values, value => value / largest) : values);
    }

    /// <summary>How much the pooling of a model with a mask weighs each position of one image, as it is.</summary>
    public static ActivationMap MaskOf(RetrievalModel model, RgbImage image)
    {
        var (shape, values) = Read(model, image, model.Network.Mask);
        return new ActivationMap(shape[1], shape[2], values);
    }

    /// <summary>The shape of one image's activation map [1, H, W, C], and the values of what is made of it: of the map itself where that is none.</summary>
    private static (Shape Map, float[] Values) Read(RetrievalModel model, RgbImage image, Func<Tensor, Pass, Tensor> make)
    {
        var device = model.Device;
        using var pass = new Pass(device, PassMode.Inference);
        using var batch = new ImageBatch(device, model.Network.Description.Normalization);
        var input = batch.Upload([image]);
        var map = model.Network.ActivationMap(input, pass);
        var made = make(map, pass);
        var values = Floats(made.IsNone ? map : made);
        var shape = map.Shape;
        device.Return(made);
        device.Return(map);
        device.Return(input);
        return (shape, values);
    }

    private static float[] Floats(Tensor map)
    {
        if (map.Type == ElementType.Float32)
            return map.ToArray<float>();
        var wide = map.Device.Rent(map.Shape);
        map.Device.Operators.Cast(map, wide);
        var values = wide.ToArray<float>();
        map.Device.Return(wide);
        return values;
    }
}
