using System.Numerics.Tensors;
using Retrieval.Host;
using Tensor = Retrieval.Host.Tensor;

namespace Retrieval.Training.Clustering;

/// <summary>The nearest centroid of every row, the first of equals, by the device's exact search.</summary>
internal sealed class NearestCentroids(Device device, Tensor rows, int clusters)
{
    private const int Tile = 8192;

    private readonly float[] _norms = new float[clusters];
    private readonly float[] _scores = new float[Math.Min(Tile, rows.Shape[0])];
    private readonly long[] _found = new long[Math.Min(Tile, rows.Shape[0])];

    /// <summary>Cluster of each row; -1 before the first <see cref="Assign"/>.</summary>
    public int[] Assignment { get; } = [.. Enumerable.Repeat(-1, rows.Shape[0])];

    /// <summary>Squared distance of each row to its centroid.</summary>
    public float[] Distances { get; } = new float[rows.Shape[0]];

    /// <summary>Finds the nearest of these centroids [K, D].</summary>
    /// <returns>Rows whose cluster is another than before.</returns>
    public int Assign(float[] centroids)
    {
        var dimension = rows.Shape[1];
        for (var k = 0; k < clusters; k++)
            _norms[k] = TensorPrimitives.SumOfSquares(centroids.AsSpan(k * dimension, dimension));
        Tensor database = device.Rent<float>(new Shape(clusters, dimension), centroids, MemoryPurpose.Workspace), norms = device.Rent<float>(new Shape(clusters), _norms, MemoryPurpose.Workspace);
        Tensor scores = device.Rent(new Shape(_scores.Length, 1), purpose: MemoryPurpose.Workspace), found = device.Rent(scores.Shape, ElementType.Int64, MemoryPurpose.Workspace);
        var moved = 0;
        for (var first = 0; first < Assignment.Length; first += Tile)
        {
            var count = Math.Min(Tile, Assignment.Length - first);
            Tensor tileScores = scores.Slice(0, count), tileFound = found.Slice(0, count);
            device.Operators.TopK(rows.Slice(first, count), database, norms, SearchMetric.SquaredEuclidean, tileScores, tileFound);
            tileScores.Download(_scores.AsSpan(0, count));
            tileFound.Download(_found.AsSpan(0, count));
            moved += Take(first, count);
        }
        foreach (var tensor in (ReadOnlySpan<Tensor>)[found, scores, norms, database])
            device.Return(tensor);
        return moved;
    }

    private int Take(int first, int count)
    {
        var moved = 0;
        for (var i = 0; i < count; i++)
        {
            var cluster = (int)_found[i];
            moved += Assignment[first + i] == cluster ? 0 : 1;
            Assignment[first + i] = cluster;
            Distances[first + i] = Math.Max(0, -_scores[i]);
        }
        return moved;
    }
}
