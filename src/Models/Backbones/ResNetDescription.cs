using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>A residual network without its classifier: 7 x 7 / 2 stem, 3 x 3 / 2 max pooling, four stages of residual blocks. Parameter names as in torchvision.</summary>
/// <param name="Name">Name for people and files.</param>
/// <param name="Block">Residual block; with IBN, of all stages but the last.</param>
/// <param name="Layers">Blocks of each of the four stages.</param>
/// <param name="BaseWidth">Channels of the stem; stage i has BaseWidth * 2^i (times 4 behind bottlenecks). 64 in the published networks.</param>
/// <param name="LastStride">Stride of the last stage: 2, or 1 for re-identification.</param>
/// <param name="StemRelu">Whether a ReLU follows the stem's normalisation, as everywhere but in one re-identification code.</param>
public sealed record ResNetDescription(string Name, BlockKind Block, IReadOnlyList<int> Layers, int BaseWidth = 64, int LastStride = 2, bool StemRelu = true)
    : BackboneDescription(Name)
{
    private static readonly Dictionary<string, (BlockKind Block, int[] Layers)> Published = new(StringComparer.Ordinal)
    {
        ["resnet18"] = (BlockKind.Basic, [2, 2, 2, 2]),
        ["resnet34"] = (BlockKind.Basic, [3, 4, 6, 3]),
        ["resnet50"] = (BlockKind.Bottleneck, [3, 4, 6, 3]),
        ["resnet101"] = (BlockKind.Bottleneck, [3, 4, 23, 3]),
        ["resnet152"] = (BlockKind.Bottleneck, [3, 8, 36, 3]),
        ["resnet50-ibn-a"] = (BlockKind.BottleneckIbn, [3, 4, 6, 3]),
        ["resnet101-ibn-a"] = (BlockKind.BottleneckIbn, [3, 4, 23, 3]),
    };

    /// <summary>Names of the published networks.</summary>
    public static new IEnumerable<string> Names => Published.Keys;

    /// <inheritdoc/>
    public override int OutputChannels => BaseWidth * 8 * Expansion;

    /// <inheritdoc/>
    public override string Layout => $"{Block} [{string.Join(", ", Layers)}], width {BaseWidth}, last stride {LastStride}, stem ReLU {StemRelu}";

    /// <summary>Output channels of a block over its width.</summary>
    private int Expansion => Block == BlockKind.Basic ? 1 : 4;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Layers.Count != 4 || Layers.Any(count => count is < 1 or > 256))
            throw new ArgumentException($"layers: expected four counts of 1 to 256, got [{string.Join(", ", Layers)}]");
        ValidateWidth(BaseWidth);
        if (Block == BlockKind.BottleneckIbn && BaseWidth < 2)
            throw new ArgumentException("base width: expected 2 or more for IBN, which halves the channels, got 1");
        if (!Enum.IsDefined(Block))
            throw new ArgumentException($"block: expected one of {string.Join(", ", Enum.GetNames<BlockKind>())}, got {Block}");
        if (LastStride is not (1 or 2))
            throw new ArgumentException($"last stride: expected 1 or 2, got {LastStride}");
    }

    /// <inheritdoc/>
    public override IBackbone Create(ParameterSet parameters)
    {
        Validate();
        return new Backbone(parameters, this, Stages(parameters));
    }

    internal static ResNetDescription Named(string name, string published, BackboneOptions options)
    {
        var (block, layers) = Published[published];
        return new ResNetDescription(name, block, layers, options.WithoutCut().Width, options.LastStride ?? 2);
    }

    private IEnumerable<ILayer[]> Stages(ParameterSet parameters)
    {
        yield return [new ConvNorm(parameters, "conv1", "bn1", 3, BaseWidth, ConvolutionGeometry.Square(7, 2, 3), StemRelu), new MaxPoolLayer(ConvolutionGeometry.Square(3, 2, 1))];
        var channels = BaseWidth;
        for (var stage = 0; stage < Layers.Count; stage++)
        {
            int width = BaseWidth << stage, outputs = width * Expansion, step = stage == 0 ? 1 : stage == 3 ? LastStride : 2;
            var blocks = new ILayer[Layers[stage]];
            // IBN-a leaves the last stage as it is: what is left of style there tells objects apart.
            var kind = Block == BlockKind.BottleneckIbn && stage == 3 ? BlockKind.Bottleneck : Block;
            for (var i = 0; i < blocks.Length; i++)
            {
                var stride = i == 0 ? step : 1;
                blocks[i] = new ResidualBlock(parameters, $"layer{stage + 1}.{i}.", kind, channels, width, stride, stride != 1 || channels != outputs);
                channels = outputs;
            }
            yield return blocks;
        }
    }
}
