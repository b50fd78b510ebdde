using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Index;

namespace Retrieval.Cli.Bench;

/// <summary>Exact search of a flat index by inner product: the k best of N unit vectors for each query.</summary>
internal sealed class SearchTopic : BenchTopic
{
    private const int RowsAtOnce = 4096;
    private const ulong RowStream = 1, QueryStream = 2;

    public override string Name => "search";

    public override IReadOnlyList<string> Axes { get; } = ["count", "dimension", "queries", "k"];

    public override string Cases => string.Join(',',
        from size in (string[])["100000x512", "100000x2048", "1000000x128"] from queries in (int[])[1, 16, 256] from k in (int[])[10, 100] select $"{size}x{queries}x{k}");

    public override int Repetitions => 5;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sameIndex in cases.GroupBy(sizes => (Count: sizes[0], Dimension: sizes[1])))
        {
            using var index = Build(run.Device, run.Seed, sameIndex.Key.Count, sameIndex.Key.Dimension);
            foreach (var sizes in sameIndex)
                Run(run, index, sizes);
        }
    }

    private void Run(BenchRun run, FlatIndex index, int[] sizes)
    {
        int queryCount = sizes[2], k = sizes[3];
        var queries = run.Uniform(checked(queryCount * index.Dimension), QueryStream, -1, 1);
        var ids = new long[queryCount * k];
        var scores = new float[ids.Length];
        index.Search(queries, k, ids, scores);
        Verify(index, queries.AsSpan(0, index.Dimension), ids.AsSpan(0, (int)Math.Min(k, index.Count)));
        var timing = run.Time(() => index.Search(queries, k, ids, scores));
        run.Print(Name, Named(sizes), timing, "queriesPerSecond", queryCount);
    }

    /// <summary>An index of random unit vectors.</summary>
    public static FlatIndex Build(Device device, ulong seed, int count, int dimension)
    {
        using var builder = new FlatIndexBuilder(device, dimension);
        builder.Reserve(count);
        var random = new SeededRandom(seed, RowStream);
        var rows = new float[RowsAtOnce * dimension];
        for (var first = 0; first < count; first += RowsAtOnce)
        {
            var block = rows.AsSpan(0, Math.Min(RowsAtOnce, count - first) * dimension);
            for (var start = 0; start < block.Length; start += dimension)
                FillUnit(block.Slice(start, dimension), random);
            builder.Add(block);
        }
        return builder.Build();
    }

    private static void FillUnit(Span<float> row, SeededRandom random)
    {
        var squared = 0.0;
        foreach (ref var value in row)
        {
            value = (float)random.NextDouble(-1, 1);
            squared += (double)value * value;
        }
        var scale = (float)(1 / Math.Sqrt(squared));
        foreach (ref var value in row)
            value *= scale;
    }

    /// <summary>The first query's ids must be those of a float64 scan, in its order.</summary>
    private static void Verify(FlatIndex index, ReadOnlySpan<float> query, ReadOnlySpan<long> ids)
    {
        var scores = new double[index.Count];
        var order = new int[index.Count];
        var row = new float[index.Dimension];
        for (var i = 0; i < scores.Length; i++)
        {
            index.CopyDescriptor(i, row);
            order[i] = i;
            for (var j = 0; j < row.Length; j++)
                scores[i] -= (double)query[j] * row[j];
        }
        Array.Sort(scores, order);
        for (var rank = 0; rank < ids.Length; rank++)
            BenchRun.Verify($"id at rank {rank}", order[rank], ids[rank], 0);
    }
}
