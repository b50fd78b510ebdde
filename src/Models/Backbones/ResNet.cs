using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// A residual network without its classifier: 7 x 7 / 2 stem, 3 x 3 / 2 max pooling, four stages of residual blocks.
/// Images [N, H, W, 3] to an activation map [N, H', W', C] with H' about H / 32. Parameter names as in torchvision.
/// </summary>
public sealed class ResNet : IDisposable
{
    private static readonly ConvolutionGeometry StemPooling = ConvolutionGeometry.Square(3, 2, 1);

    private readonly ConvNorm _stem;
    private readonly List<ResidualBlock> _blocks = [];

    public ResNet(ParameterSet parameters, ResNetDescription description)
    {
        description.Validate();
        Description = description;
        _stem = new ConvNorm(parameters, "conv1", "bn1", 3, description.BaseWidth, ConvolutionGeometry.Square(7, 2, 3), description.StemRelu);
        var channels = description.BaseWidth;
        for (var stage = 0; stage < 4; stage++)
        {
            var width = description.BaseWidth << stage;
            for (var i = 0; i < description.Layers[stage]; i++)
            {
                var stride = i > 0 || stage == 0 ? 1 : stage == 3 ? description.LastStride : 2;
                var outputs = width * description.Expansion;
                _blocks.Add(new ResidualBlock(parameters, $"layer{stage + 1}.{i}.", description.Block, channels, width, stride, stride != 1 || channels != outputs));
                channels = outputs;
            }
        }
    }

    public ResNetDescription Description { get; }

    /// <summary>Makes the network ready for inference with its parameters as they are; see <see cref="ConvNorm.Prepare"/>.</summary>
    public void Prepare()
    {
        _stem.Prepare();
        foreach (var block in _blocks)
            block.Prepare();
    }

    /// <summary>Images to an activation map; the caller keeps the images and owns the map.</summary>
    public Tensor Forward(Tensor images, Pass pass)
    {
        var stem = _stem.Forward(images, Tensor.None, pass);
        var map = MaxPool(stem, pass);
        pass.Release(stem);
        foreach (var block in _blocks)
        {
            var next = block.Forward(map, pass);
            pass.Release(map);
            map = next;
        }
        return map;
    }

    /// <summary>Adds the parameters' gradients from that of the activation map, which it uses up.</summary>
    public void Backward(Tensor dMap, Pass pass)
    {
        for (var i = _blocks.Count - 1; i >= 0; i--)
            dMap = _blocks[i].Backward(dMap, pass);
        Tensor stem = pass.Restore(), argmax = pass.Restore();
        var dStem = pass.Device.RentMap(stem.Shape);
        pass.Operators.MaxPoolBackward(dMap, argmax, StemPooling, dStem);
        pass.Device.Return(dMap);
        _stem.Backward(dStem, pass, inputGradient: false);
        pass.Device.Return(dStem);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stem.Dispose();
        foreach (var block in _blocks)
            block.Dispose();
    }

    private static Tensor MaxPool(Tensor x, Pass pass)
    {
        var shape = StemPooling.OutputShape(x.Shape, x.Shape[3]);
        var y = pass.Device.RentMap(shape);
        var argmax = pass.Keeps ? pass.Device.Rent(shape, ElementType.Int32) : Tensor.None;
        pass.Operators.MaxPool(x, StemPooling, y, argmax);
        pass.Save(argmax);
        pass.Save(x);
        pass.Release(argmax);
        return y;
    }
}
