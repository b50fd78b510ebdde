using System.Diagnostics;
using Retrieval.Index;

namespace Retrieval.Cli.Jobs;

/// <summary>What a database asks for at search time.</summary>
/// <param name="Entries">Descriptors that are searched.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="MicrosecondsPerQuery">Median time of a query among several searched together.</param>
internal sealed record SearchCost(long Entries, long Bytes, double MicrosecondsPerQuery)
{
    private const int MostResults = 50, MostQueries = 256, Repetitions = 5;

    /// <summary>Searches some queries a few times.</summary>
    /// <param name="index">The database.</param>
    /// <param name="queries">[Q, D], at least one.</param>
    public static SearchCost Measure(FlatIndex index, ReadOnlySpan<float> queries)
    {
        var count = Math.Min(MostQueries, queries.Length / index.Dimension);
        queries = queries[..(count * index.Dimension)];
        var k = (int)Math.Clamp(index.Count, 1, MostResults);
        var (ids, scores, times) = (new long[count * k], new float[count * k], new double[Repetitions]);
        index.Search(queries, k, ids, scores);
        foreach (ref var time in times.AsSpan())
        {
            var start = Stopwatch.GetTimestamp();
            index.Search(queries, k, ids, scores);
            time = Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
        }
        Array.Sort(times);
        return new SearchCost(index.Count, index.Count * index.Dimension * sizeof(float), times[Repetitions / 2]);
    }
}
