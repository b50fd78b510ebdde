using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Demo;

/// <summary>The norm of a network's activations over the channels at each position, scaled to a maximum of 1.</summary>
internal sealed record ActivationMap(int Height, int Width, float[] Values)
{
    /// <summary>The map of one image.</summary>
    public static ActivationMap Of(RetrievalModel model, RgbImage image)
    {
        var device = model.Device;
        using var pass = new Pass(device, PassMode.Inference);
        using var batch = new ImageBatch(device, model.Network.Description.Normalization);
        var input = batch.Upload([image]);
        var map = model.Network.ActivationMap(input, pass);
        var shape = map.Shape;
        var activations = Floats(map);
        device.Return(map);
        device.Return(input);
        var values = new float[shape[1] * shape[2]];
        for (var i = 0; i < values.Length; i++)
            values[i] = MathF.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares(activations.AsSpan(i * shape[3], shape[3])));
        var largest = values.Max();
        return new ActivationMap(shape[1], shape[2], largest > 0 ? Array.ConvertAll(values, value => value / largest) : values);
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
