using System.Runtime.InteropServices;
using Retrieval.Host;

namespace Retrieval.Training.Clustering;

/// <summary>
/// Lloyd's k-means with squared Euclidean distances: rows go to their nearest centroid, found by the device's products, and centroids to the mean of
/// their rows. The same seed gives the same clusters for any number of threads. A cluster without rows takes the row that lies farthest from its own centroid.
/// </summary>
public static class KMeans
{
    /// <summary>Clusters rows.</summary>
    /// <param name="device">Finds the nearest centroids; its threads take the means.</param>
    /// <param name="rows">[N, D], at least K rows of finite values.</param>
    /// <param name="dimension">D.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellation">Stops between two rounds.</param>
    /// <exception cref="ArgumentException">There are fewer rows than clusters, or a value is not finite.</exception>
    public static KMeansResult Run(Device device, float[] rows, int dimension, KMeansOptions options, CancellationToken cancellation = default)
    {
        options.Validate();
        if (dimension < 1 || rows.Length % dimension != 0)
            throw new ArgumentException($"k-means: {rows.Length} values are no rows of {dimension}");
        if (rows.Length / dimension < options.Clusters)
            throw new ArgumentException($"k-means: {options.Clusters} clusters asked for, but there are only {rows.Length / dimension} rows: give more rows or ask for fewer clusters");
        if (!Array.TrueForAll(rows, float.IsFinite))
            throw new ArgumentException("k-means: a row holds a value that is not a finite number");
        var centroids = new KMeansSeeding(device, rows, dimension, options).Centroids();
        var pinned = GCHandle.Alloc(rows, GCHandleType.Pinned);
        try
        {
            using var view = device.View(pinned.AddrOfPinnedObject(), new Shape(rows.Length / dimension, dimension));
            return Iterate(device, view.Tensor, rows, centroids, options, cancellation);
        }
        finally
        {
            pinned.Free();
        }
    }

    private static KMeansResult Iterate(Device device, Tensor view, float[] rows, float[] centroids, KMeansOptions options, CancellationToken cancellation)
    {
        var nearest = new NearestCentroids(device, view, options.Clusters);
        var means = new ClusterMeans(device, rows, centroids, options.Clusters);
        for (var round = 1; ; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var moved = nearest.Assign(centroids);
            var error = nearest.Distances.Average(distance => (double)distance);
            if (moved > 0)
                means.Update(nearest.Assignment, nearest.Distances);
            if (moved == 0 || round == options.Iterations)
                return new KMeansResult(centroids, nearest.Assignment, error, round);
        }
    }
}
