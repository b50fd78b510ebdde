namespace Retrieval.Models.Backbones;

/// <summary>What may stand behind a backbone's name.</summary>
/// <param name="Name">The whole name, for messages.</param>
/// <param name="Width">Channels of the first stage.</param>
/// <param name="LastStride">Stride of a residual network's last stage; null where it was not given.</param>
/// <param name="Linear">Whether the network ends before its last ReLU.</param>
internal sealed record BackboneOptions(string Name, int Width = 64, int? LastStride = null, bool Linear = false)
{
    public const int MostWidth = 1024;

    /// <summary>Parses what stands behind the family's name: nothing, or words that each begin with a dash.</summary>
    public static BackboneOptions Parse(string name, string suffix)
    {
        var options = new BackboneOptions(name);
        foreach (var word in suffix.Split('-').Skip(1))
            options = word switch
            {
                "s1" or "s2" => options with { LastStride = word[1] - '0' },
                "conv5" => options with { Linear = true },
                ['w', .. var digits] when int.TryParse(digits, out var width) && width is >= 1 and <= MostWidth => options with { Width = width },
                _ => throw new ArgumentException($"architecture: expected -w<width 1..{MostWidth}>, -s1, -s2 or -conv5 behind {name[..^suffix.Length]}, got '-{word}' in '{name}'"),
            };
        return options;
    }

    /// <summary>Refuses a last stride for a network that has none.</summary>
    public BackboneOptions WithoutStride() =>
        LastStride is null ? this : throw new ArgumentException($"architecture: -s{LastStride} is for residual networks alone, got '{Name}'");

    /// <summary>Refuses a cut before the last ReLU for a network that has none.</summary>
    public BackboneOptions WithoutCut() => !Linear ? this : throw new ArgumentException($"architecture: -conv5 is for vgg16 and alexnet alone, got '{Name}'");
}
