using Retrieval.Evaluation;
using Retrieval.Host;
using Retrieval.Index;

namespace Retrieval.Cli.Jobs;

/// <summary>Searches a benchmark's queries in its database and scores the rankings as they come, a few queries at a time.</summary>
internal static class BenchmarkScorer
{
    private const int QueryTile = 64;

    /// <summary>Scores descriptors of all the benchmark's images.</summary>
    /// <param name="device">Where the search runs.</param>
    /// <param name="benchmark">Which images are queries, which the database, and what is right.</param>
    /// <param name="descriptors">[images, dimension], rows of unit length.</param>
    /// <param name="protocol">How the descriptors came about; name, dataset, variant and dimension are filled in here.</param>
    /// <param name="expansion">Query expansion, or null.</param>
    /// <param name="depth">Length of the rankings; 0 for the whole database.</param>
    /// <returns>Figures of each variant.</returns>
    public static IReadOnlyList<RetrievalFigures> Score(Device device, Benchmark benchmark, ReadOnlySpan<float> descriptors, Protocol protocol,
        Expansion? expansion = null, int depth = 0)
    {
        var dimension = descriptors.Length / benchmark.Images.Count;
        using var index = Build(device, benchmark, descriptors, dimension);
        return Score(index, benchmark, descriptors, protocol, benchmark.Variants, expansion, depth);
    }

    /// <summary>The same with another database in place of the benchmark's, and its ground truths.</summary>
    public static IReadOnlyList<RetrievalFigures> Score(FlatIndex index, Benchmark benchmark, ReadOnlySpan<float> descriptors, Protocol protocol,
        IReadOnlyList<(string? Variant, IGroundTruth Truth)> variants, Expansion? expansion = null, int depth = 0)
    {
        var dimension = index.Dimension;
        var evaluators = variants.Select(variant => new RankingEvaluator(variant.Truth, benchmark.Rules)).ToArray();
        var k = depth > 0 ? (int)Math.Min(depth, index.Count) : (int)index.Count;
        for (var first = 0; first < benchmark.Queries.Length; first += QueryTile)
        {
            var queries = Gather(benchmark.Queries.AsSpan(first, Math.Min(QueryTile, benchmark.Queries.Length - first)), descriptors, dimension);
            var asked = expansion is null ? queries : QueryExpansion.Expand(index, queries, (int)Math.Min(expansion.Neighbours, index.Count), expansion.Alpha);
            var result = index.Search(asked, k);
            foreach (var evaluator in evaluators)
                evaluator.AddRows(first, result.Ids, k);
        }
        var complete = protocol with { Name = benchmark.ProtocolName, Dataset = benchmark.Name, Dimension = dimension };
        return [.. evaluators.Zip(variants, (evaluator, variant) => evaluator.Figures(complete with { Variant = variant.Variant }))];
    }

    /// <summary>An index of the benchmark's database; ids are positions in <see cref="Benchmark.Database"/>.</summary>
    public static FlatIndex Build(Device device, Benchmark benchmark, ReadOnlySpan<float> descriptors, int dimension) =>
        Build(device, Gather(benchmark.Database, descriptors, dimension), dimension);

    /// <summary>An index of rows; ids are their positions.</summary>
    public static FlatIndex Build(Device device, ReadOnlySpan<float> rows, int dimension)
    {
        using var builder = new FlatIndexBuilder(device, dimension);
        builder.Reserve(rows.Length / dimension);
        builder.Add(rows);
        return builder.Build();
    }

    /// <summary>Rows of some images, one after another.</summary>
    public static float[] Gather(ReadOnlySpan<int> images, ReadOnlySpan<float> descriptors, int dimension)
    {
        var result = new float[images.Length * dimension];
        for (var i = 0; i < images.Length; i++)
            descriptors.Slice(images[i] * dimension, dimension).CopyTo(result.AsSpan(i * dimension));
        return result;
    }
}
