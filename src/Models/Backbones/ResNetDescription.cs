namespace Retrieval.Models.Backbones;

/// <summary>All that makes one residual network differ from another.</summary>
/// <param name="Name">Name for people and files.</param>
/// <param name="Block">Residual block.</param>
/// <param name="Layers">Blocks of each of the four stages.</param>
/// <param name="BaseWidth">Channels of the stem; stage i has BaseWidth * 2^i (times 4 behind bottlenecks). 64 in the published networks.</param>
/// <param name="LastStride">Stride of the last stage: 2, or 1 for re-identification.</param>
/// <param name="StemRelu">Whether a ReLU follows the stem's normalisation, as everywhere but in one re-identification code.</param>
public sealed record ResNetDescription(string Name, BlockKind Block, IReadOnlyList<int> Layers, int BaseWidth = 64, int LastStride = 2, bool StemRelu = true)
{
    private static readonly Dictionary<string, (BlockKind Block, int[] Layers)> Published = new(StringComparer.Ordinal)
    {
        ["resnet18"] = (BlockKind.Basic, [2, 2, 2, 2]),
        ["resnet34"] = (BlockKind.Basic, [3, 4, 6, 3]),
        ["resnet50"] = (BlockKind.Bottleneck, [3, 4, 6, 3]),
        ["resnet101"] = (BlockKind.Bottleneck, [3, 4, 23, 3]),
        ["resnet152"] = (BlockKind.Bottleneck, [3, 8, 36, 3]),
    };

    /// <summary>Names that <see cref="Parse"/> knows.</summary>
    public static IEnumerable<string> Names => Published.Keys;

    /// <summary>Channels of the activation map.</summary>
    public int OutputChannels => BaseWidth * 8 * Expansion;

    /// <summary>Output channels of a block over its width.</summary>
    public int Expansion => Block == BlockKind.Basic ? 1 : 4;

    /// <summary>Finds a published network by name, optionally narrowed: <c>resnet18</c>, or <c>resnet18-w16</c> for a base width of 16.</summary>
    /// <exception cref="ArgumentException">No such network.</exception>
    public static ResNetDescription Parse(string name)
    {
        var parts = name.Split("-w");
        var width = 64;
        if (!Published.TryGetValue(parts[0], out var found) || parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out width) || width is < 1 or > 1024)))
            throw new ArgumentException($"architecture: expected one of {string.Join(", ", Names)}, optionally with -w<width 1..1024>, got '{name}'");
        return new ResNetDescription(name, found.Block, found.Layers, width);
    }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (Layers.Count != 4 || Layers.Any(count => count is < 1 or > 256))
            throw new ArgumentException($"layers: expected four counts of 1 to 256, got [{string.Join(", ", Layers)}]");
        if (BaseWidth is < 1 or > 1024)
            throw new ArgumentException($"base width: expected 1 to 1024, got {BaseWidth}");
        if (LastStride is not (1 or 2))
            throw new ArgumentException($"last stride: expected 1 or 2, got {LastStride}");
    }
}
