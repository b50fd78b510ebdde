namespace Retrieval.Models.Heads;

/// <summary>The command line's words for poolings.</summary>
internal static class PoolingNames
{
    private static readonly Dictionary<PoolingKind, string> Words = new()
    {
        [PoolingKind.Mac] = "mac",
        [PoolingKind.Spoc] = "spoc",
        [PoolingKind.Gem] = "gem",
        [PoolingKind.GemPerChannel] = "gemmp",
        [PoolingKind.WeightedGem] = "wgem",
        [PoolingKind.WeightedGemPerChannel] = "wgemmp",
        [PoolingKind.RegionalMac] = "rmac",
        [PoolingKind.RegionalGem] = "rgem",
        [PoolingKind.RegionalWeightedGem] = "rwgem",
        [PoolingKind.Crow] = "crow",
        [PoolingKind.NetVlad] = "netvlad",
        [PoolingKind.Vlad] = "vlad",
    };

    public static string Of(PoolingKind pooling) => Words[pooling];

    public static PoolingKind Parse(string word)
    {
        foreach (var (kind, name) in Words)
            if (name == word)
                return kind;
        throw new ArgumentException($"pooling: expected one of {string.Join(", ", Words.Values)}, got '{word}'");
    }
}
