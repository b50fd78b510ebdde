using Retrieval.Evaluation;
using Retrieval.Host;
using Retrieval.Index.Centroids;

namespace Retrieval.Cli.Jobs;

/// <summary>Scores a database image by image, then with centroids in place of its images, with the time and the bytes that each needs.</summary>
internal static class CentroidComparison
{
    /// <summary>What the figures of single images are called beside those of centroids.</summary>
    public const string Instances = "instances";

    /// <param name="device">Where the search runs.</param>
    /// <param name="benchmark">One that has <see cref="Benchmark.Centroids"/>.</param>
    /// <param name="embeddings">[images, dimension], as they were before their normalisation.</param>
    /// <param name="protocol">How the descriptors came about.</param>
    /// <param name="expansion">Query expansion, or null. Its time is not counted.</param>
    /// <param name="depth">Length of the rankings; 0 for the whole database.</param>
    public static List<CostedFigures> Score(Device device, Benchmark benchmark, float[] embeddings, Protocol protocol, Expansion? expansion, int depth)
    {
        var dimension = embeddings.Length / benchmark.Images.Count;
        var descriptors = Normalized(embeddings, dimension);
        var queries = BenchmarkScorer.Gather(benchmark.Queries, descriptors, dimension);
        var lines = new List<CostedFigures>();
        using (var index = BenchmarkScorer.Build(device, benchmark, descriptors, dimension))
        {
            var cost = SearchCost.Measure(index, queries);
            lines.AddRange(BenchmarkScorer.Score(index, benchmark, descriptors, protocol, benchmark.Variants, expansion, depth).Select(figures => new CostedFigures(figures, cost)));
        }
        foreach (var variant in benchmark.Centroids)
        {
            var centroids = ClassCentroids.Of(device, embeddings, dimension, [.. variant.Groups.Select(group => group.Members.Select(member => benchmark.Database[member]).ToArray())]);
            using var index = BenchmarkScorer.Build(device, centroids, dimension);
            var cost = SearchCost.Measure(index, queries);
            var figures = variant.LeavesQueryOut
                ? [new LeaveOneOutCentroids(index, benchmark, variant, embeddings).Score(descriptors, protocol, depth)]
                : BenchmarkScorer.Score(index, benchmark, descriptors, protocol, [(variant.Name, variant.Truth)], expansion, depth);
            lines.AddRange(figures.Select(line => new CostedFigures(line, cost)));
        }
        return lines;
    }

    /// <summary>The rows of a matrix of unit length; rows of zeros stay.</summary>
    private static float[] Normalized(float[] rows, int dimension)
    {
        var result = new float[rows.Length];
        for (var first = 0; first < rows.Length; first += dimension)
        {
            var row = rows.AsSpan(first, dimension);
            var square = 0.0;
            foreach (var value in row)
                square += (double)value * value;
            var scale = square > 0 ? 1 / Math.Sqrt(square) : 0;
            for (var d = 0; d < dimension; d++)
                result[first + d] = (float)(row[d] * scale);
        }
        return result;
    }
}
