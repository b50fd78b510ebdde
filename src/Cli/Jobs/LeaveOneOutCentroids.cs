using Retrieval.Evaluation;
using Retrieval.Index;
using Retrieval.Index.Centroids;

namespace Retrieval.Cli.Jobs;

/// <summary>
/// Scores class centroids where every image queries all others. The query would be a part of its own class's centroid: in that one's place the ranking has the centroid
/// of the class's other images, by its own score.
/// </summary>
internal sealed class LeaveOneOutCentroids
{
    private const int QueryTile = 64;

    private readonly FlatIndex _index;
    private readonly Benchmark _benchmark;
    private readonly CentroidVariant _variant;

    /// <summary>For each image its group, and how many others are in it.</summary>
    private readonly int[] _groups, _companions;

    /// <summary>[images, D], the centroid of each image's class without it.</summary>
    private readonly float[] _own;

    /// <param name="index">The centroids of whole classes, by their inner products.</param>
    /// <param name="benchmark">Its queries are database images.</param>
    /// <param name="variant">The classes.</param>
    /// <param name="embeddings">[images, D], as they were before their normalisation.</param>
    public LeaveOneOutCentroids(FlatIndex index, Benchmark benchmark, CentroidVariant variant, float[] embeddings)
    {
        (_index, _benchmark, _variant) = (index, benchmark, variant);
        int[][] members = [.. variant.Groups.Select(group => group.Members.Select(member => benchmark.Database[member]).ToArray())];
        (_groups, _companions) = (new int[benchmark.Images.Count], new int[benchmark.Images.Count]);
        for (var group = 0; group < members.Length; group++)
            foreach (var image in members[group])
                (_groups[image], _companions[image]) = (group, members[group].Length - 1);
        _own = ClassCentroids.WithoutOne(index.Device, embeddings, index.Dimension, members);
    }

    /// <summary>The figures.</summary>
    /// <param name="descriptors">[images, D], rows of unit length.</param>
    /// <param name="protocol">How the descriptors came about.</param>
    /// <param name="depth">Length of the rankings; 0 for all classes.</param>
    public RetrievalFigures Score(ReadOnlySpan<float> descriptors, Protocol protocol, int depth)
    {
        var (dimension, count) = (_index.Dimension, (int)_index.Count);
        var length = depth > 0 ? Math.Min(depth, count) : count;
        var evaluator = new RankingEvaluator(_variant.Truth, _benchmark.Rules);
        var ranking = new long[count + 1];
        for (var first = 0; first < _benchmark.Queries.Length; first += QueryTile)
        {
            var images = _benchmark.Queries.AsSpan(first, Math.Min(QueryTile, _benchmark.Queries.Length - first));
            var queries = BenchmarkScorer.Gather(images, descriptors, dimension);
            // One more, as the own class's whole centroid goes.
            var result = _index.Search(queries, Math.Min(length + 1, count));
            for (var i = 0; i < images.Length; i++)
            {
                var found = Rank(images[i], queries.AsSpan(i * dimension, dimension), result.IdsOf(i), result.ScoresOf(i), ranking);
                evaluator.Add(first + i, ranking.AsSpan(0, Math.Min(found, length)));
            }
        }
        return evaluator.Figures(protocol with { Name = _benchmark.ProtocolName, Dataset = _benchmark.Name, Dimension = dimension, Variant = _variant.Name });
    }

    /// <summary>The classes that were found, with the own one at the place that it has without the query.</summary>
    /// <returns>How many they are.</returns>
    private int Rank(int image, ReadOnlySpan<float> query, ReadOnlySpan<long> ids, ReadOnlySpan<float> scores, Span<long> ranking)
    {
        var (own, ownScore, placed, count) = (_groups[image], OwnScore(image, query), false, 0);
        for (var place = 0; place < ids.Length; place++)
        {
            if (ids[place] == own)
                continue;
            if (!placed && (ownScore > scores[place] || (ownScore == scores[place] && own < ids[place])))
                (placed, ranking[count++]) = (true, own);
            ranking[count++] = ids[place];
        }
        // Behind all others; where only the best were searched, it may be farther down still.
        if (!placed && ids.Length == _index.Count)
            ranking[count++] = own;
        return count;
    }

    /// <summary>As the index computes scores: in float64, rounded. A class without another image is behind all others.</summary>
    private float OwnScore(int image, ReadOnlySpan<float> query)
    {
        if (_companions[image] == 0)
            return float.NegativeInfinity;
        var centroid = _own.AsSpan(image * query.Length, query.Length);
        var score = 0.0;
        for (var d = 0; d < query.Length; d++)
            score += (double)query[d] * centroid[d];
        return (float)score;
    }
}
