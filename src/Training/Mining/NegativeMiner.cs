using Retrieval.Host;

namespace Retrieval.Training.Mining;

/// <summary>
/// Hard negatives by the current descriptors: for each query walk through the pool by falling similarity and take images of other
/// clusters, at most one of each (TPAMI 2018, rule N2) or any (N1), until there are enough.
/// </summary>
public sealed class NegativeMiner(Device device, int negatives, bool distinctClusters = true)
{
    private const int QueryTile = 256;

    /// <summary>Mines for every query.</summary>
    /// <param name="queries">Query descriptors [Q, D].</param>
    /// <param name="queryClusters">Cluster of each query [Q].</param>
    /// <param name="pool">Pool descriptors [P, D].</param>
    /// <param name="poolClusters">Cluster of each pool image [P].</param>
    /// <returns>Pool positions [Q, negatives], hardest first.</returns>
    /// <exception cref="ArgumentException">The pool has too few clusters.</exception>
    public int[][] Mine(ReadOnlySpan<float> queries, ReadOnlySpan<int> queryClusters, ReadOnlySpan<float> pool, ReadOnlySpan<int> poolClusters)
    {
        var result = new int[queryClusters.Length][];
        if (queryClusters.Length == 0)
            return result;
        var dimension = queries.Length / queryClusters.Length;
        var database = device.Rent(new Shape(poolClusters.Length, dimension), pool, MemoryPurpose.Descriptors);
        try
        {
            for (var first = 0; first < queryClusters.Length; first += QueryTile)
            {
                var count = Math.Min(QueryTile, queryClusters.Length - first);
                MineTile(queries.Slice(first * dimension, count * dimension), queryClusters.Slice(first, count), database, poolClusters, result.AsSpan(first, count));
            }
        }
        finally
        {
            device.Return(database);
        }
        return result;
    }

    /// <summary>Rents what mining rents, and searches once; see <see cref="Trainer.Rehearse"/>.</summary>
    internal void Rehearse(int queryCount, int poolCount, int dimension)
    {
        var database = device.Rent(new Shape(poolCount, dimension), purpose: MemoryPurpose.Descriptors);
        var tile = device.Rent(new Shape(Math.Min(QueryTile, queryCount), dimension), purpose: MemoryPurpose.Descriptors);
        NearestRows(tile, database, FirstDepth(poolCount));
        device.Return(tile);
        device.Return(database);
    }

    /// <summary>Few images deep is deep enough for most queries; the others make the whole tile look deeper.</summary>
    private int FirstDepth(int pool) => Math.Min(pool, negatives * 8);

    private void MineTile(ReadOnlySpan<float> queries, ReadOnlySpan<int> clusters, Tensor database, ReadOnlySpan<int> poolClusters, Span<int[]> result)
    {
        var tile = device.Rent(new Shape(clusters.Length, database.Shape[1]), queries, MemoryPurpose.Descriptors);
        try
        {
            WalkDeepEnough(tile, clusters, database, poolClusters, result);
        }
        finally
        {
            device.Return(tile);
        }
    }

    private void WalkDeepEnough(Tensor tile, ReadOnlySpan<int> clusters, Tensor database, ReadOnlySpan<int> poolClusters, Span<int[]> result)
    {
        var pool = poolClusters.Length;
        for (var depth = FirstDepth(pool); ; depth = (int)Math.Min(pool, depth * 4L))
        {
            var rows = NearestRows(tile, database, depth);
            var found = true;
            for (var q = 0; q < clusters.Length && found; q++)
                found = (result[q] = Walk(rows.AsSpan(q * depth, depth), clusters[q], poolClusters)).Length == negatives;
            if (found)
                return;
            if (depth == pool)
                throw new ArgumentException($"mining: {negatives} negatives from {(distinctClusters ? "different clusters" : "other clusters")} asked for, " +
                    $"but the pool of {pool} images cannot give them: use a larger pool, more clusters or fewer negatives");
        }
    }

    private long[] NearestRows(Tensor queries, Tensor database, int depth)
    {
        var shape = new Shape(queries.Shape[0], depth);
        var scores = device.Rent(shape, purpose: MemoryPurpose.Workspace);
        var rows = device.Rent(shape, ElementType.Int64, MemoryPurpose.Workspace);
        device.Operators.TopK(queries, database, Tensor.None, SearchMetric.InnerProduct, scores, rows);
        var result = rows.ToArray<long>();
        device.Return(rows);
        device.Return(scores);
        return result;
    }

    private int[] Walk(ReadOnlySpan<long> ranked, int queryCluster, ReadOnlySpan<int> poolClusters)
    {
        var taken = new List<int>(negatives);
        foreach (var row in ranked)
        {
            var cluster = poolClusters[(int)row];
            if (cluster == queryCluster || (distinctClusters && Contains(taken, cluster, poolClusters)))
                continue;
            taken.Add((int)row);
            if (taken.Count == negatives)
                break;
        }
        return [.. taken];
    }

    private static bool Contains(List<int> taken, int cluster, ReadOnlySpan<int> poolClusters)
    {
        foreach (var row in taken)
            if (poolClusters[row] == cluster)
                return true;
        return false;
    }
}
