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
        var input = new ImageBatch(device, model.Network.Description.Normalization).Upload([image]);
        var map = model.Network.ActivationMap(input, pass);
        var shape = map.Shape;
        var activations = map.ToArray<float>();
        device.Return(map);
        device.Return(input);
        var values = new float[shape[1] * shape[2]];
        for (var i = 0; i < values.Length; i++)
            values[i] = MathF.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares(activations.AsSpan(i * shape[3], shape[3])));
        var largest = values.Max();
        return new ActivationMap(shape[1], shape[2], largest > 0 ? Array.ConvertAll(values, value => value / largest) : values);
    }
}
