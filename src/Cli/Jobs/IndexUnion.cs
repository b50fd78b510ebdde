using Retrieval.Host;
using Retrieval.Index;

namespace Retrieval.Cli.Jobs;

/// <summary>Several files of descriptors as one index.</summary>
internal static class IndexUnion
{
    // What must agree for descriptors to be comparable.
    private static readonly string[] Decisive = [DescriptorProvenance.Fingerprint, DescriptorProvenance.Whitening];

    /// <summary>Puts the rows of all files one after another.</summary>
    /// <param name="device">Where the index is searched.</param>
    /// <param name="paths">The files.</param>
    /// <param name="metric">How descriptors are compared; null as in the first file.</param>
    /// <param name="keepIds">Refuse ids that occur twice; else all rows are numbered anew when one does.</param>
    /// <param name="renumbered">Whether ids were numbered anew.</param>
    /// <exception cref="UsersMistakeException">The files do not go together.</exception>
    public static FlatIndex Make(Device device, IReadOnlyList<string> paths, SearchMetric? metric, bool keepIds, out bool renumbered)
    {
        var parts = new List<FlatIndex>();
        // They are read and not searched.
        using var host = Device.OpenCpu();
        try
        {
            foreach (var path in paths)
            {
                parts.Add(FlatIndex.Open(host, path));
                RequireComparable(paths[0], parts[0], path, parts[^1]);
            }
            renumbered = FirstClash(parts) is { } clash
                && (!keepIds ? true : throw new UsersMistakeException($"id {clash} occurs twice in the files: leave --keep-ids out to number all rows anew"));
            return Join(device, parts, metric ?? parts[0].Metric, renumbered);
        }
        finally
        {
            foreach (var part in parts)
                part.Dispose();
        }
    }

    private static void RequireComparable(string firstPath, FlatIndex first, string path, FlatIndex other)
    {
        if (other.Dimension != first.Dimension)
            throw new UsersMistakeException($"{path} has descriptors of {other.Dimension} dimensions, {firstPath} of {first.Dimension}: join files of one model");
        foreach (var key in Decisive)
            if (first.Provenance.TryGetValue(key, out var expected) && other.Provenance.TryGetValue(key, out var got) && got != expected)
                throw new UsersMistakeException($"{path} has {key} '{got}', {firstPath} has '{expected}': join files that were extracted in the same way");
    }

    private static long? FirstClash(List<FlatIndex> parts)
    {
        var seen = new HashSet<long>();
        foreach (var part in parts)
            for (long row = 0; row < part.Count; row++)
                if (!seen.Add(part.Id(row)))
                    return part.Id(row);
        return null;
    }

    private static FlatIndex Join(Device device, List<FlatIndex> parts, SearchMetric metric, bool renumber)
    {
        using var builder = new FlatIndexBuilder(device, parts[0].Dimension, metric);
        builder.Reserve(parts.Sum(part => part.Count));
        foreach (var (key, value) in parts[0].Provenance)
            builder.Provenance[key] = string.Join(", ", parts.Select(part => part.Provenance.GetValueOrDefault(key, "unknown")).Distinct());
        var rows = new IndexRows(builder);
        long next = 0;
        foreach (var part in parts)
            for (long row = 0; row < part.Count; row++, next++)
            {
                part.CopyDescriptor(row, rows.Next);
                rows.Add(renumber ? next : part.Id(row), part.Label(row), part.Path(row));
            }
        rows.Flush();
        return builder.Build();
    }
}
