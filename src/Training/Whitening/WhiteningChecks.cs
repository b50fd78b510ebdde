namespace Retrieval.Training.Whitening;

/// <summary>What both kinds of whitening refuse, in the user's terms.</summary>
internal static class WhiteningChecks
{
    /// <summary>A D x D matrix of doubles is one array.</summary>
    private const int MaxDimensions = 32_768;

    public static void Settings(int? dimensions, int threads)
    {
        if (dimensions < 1)
            throw new ArgumentException($"whitening: dimensions must be at least 1, got {dimensions}");
        if (threads < 1)
            throw new ArgumentException($"whitening: threads must be at least 1, got {threads}");
    }

    public static void Rows(IDescriptorRows rows, int? dimensions)
    {
        if (rows.Count == 0)
            throw new ArgumentException("whitening: there are no descriptors to learn from");
        if (rows.Dimensions is < 1 or > MaxDimensions)
            throw new ArgumentException($"whitening: descriptors must have 1 to {MaxDimensions} dimensions, got {rows.Dimensions}");
        if (dimensions > rows.Dimensions)
            throw new ArgumentException($"whitening: {dimensions} output dimensions were asked for, but the descriptors have only {rows.Dimensions}");
    }

    public static void Pairs(string name, IReadOnlyList<(int First, int Second)> pairs, int count)
    {
        if (pairs.Count == 0)
            throw new ArgumentException($"whitening: there are no {name} pairs to learn from");
        for (var i = 0; i < pairs.Count; i++)
        {
            var (first, second) = pairs[i];
            if ((uint)first >= (uint)count || (uint)second >= (uint)count)
                throw new ArgumentException($"whitening: {name} pair {i} is ({first}, {second}), but the descriptors are numbered 0 to {count - 1}");
        }
    }
}
