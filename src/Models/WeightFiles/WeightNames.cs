namespace Retrieval.Models.WeightFiles;

/// <summary>What a published code calls the parameters of a network: prefixes of our names, which are torchvision's, and of its own.</summary>
/// <param name="Source">Whose names they are, for people.</param>
/// <param name="Prefixes">Ours and theirs; the first that fits a name replaces its beginning, a name that none fits has no counterpart.</param>
internal sealed record WeightNames(string Source, params (string Ours, string Theirs)[] Prefixes)
{
    /// <summary>Names of the head, which most codes keep at the top.</summary>
    private static readonly (string Ours, string Theirs)[] Head = [("pool.", "pool."), ("whiten.", "whiten."), ("bottleneck.", "bottleneck.")];

    /// <summary>All that are known, torchvision's first.</summary>
    public static IReadOnlyList<WeightNames> Known { get; } =
    [
        new("torchvision, IBN-Net", ("", "")),
        new("torch.nn.DataParallel", ("", "module.")),
        new("MultiGrain", [.. Head, ("", "features.")]),
        new("reid-strong-baseline", [.. Head, ("", "base.")]),
        new("centroids-reid", ("bottleneck.", "bn."), ("pool.", "pool."), ("whiten.", "whiten."), ("", "backbone.base.")),
        new("cnnimageretrieval-pytorch", [.. Head, .. Children("features.")]),
        // The features that it starts from: the list of layers alone.
        new("cnnimageretrieval-pytorch, Caffe features", [.. Head, .. Children(""), ("features.", "")]),
        new("pytorch-NetVlad", [.. Head, ("features.", "encoder.")]),
    ];

    /// <summary>The name of one of our parameters there, or none.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (ours, theirs) in Prefixes)
                if (name.StartsWith(ours, StringComparison.Ordinal))
                    return theirs + name[ours.Length..];
            return null;
        }
    }

    /// <summary>The names that a file has, by how many of the network's parameters it holds under them; torchvision's where none is better.</summary>
    public static WeightNames Of(ParameterSet parameters, SafetensorsFile file) =>
        Known.MaxBy(names => parameters.All.Count(parameter => names[parameter.Name] is { } name && file.Contains(name)))!;

    /// <summary>A residual network as the list of its children: convolution, normalisation, ReLU, pooling, stages.</summary>
    private static (string Ours, string Theirs)[] Children(string prefix) =>
    [
        ("conv1.", prefix + "0."), ("bn1.", prefix + "1."), .. Enumerable.Range(1, 4).Select(stage => ($"layer{stage}.", $"{prefix}{stage + 3}.")),
    ];
}
