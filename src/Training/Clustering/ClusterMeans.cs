using System.Numerics.Tensors;
using Retrieval.Host;

namespace Retrieval.Training.Clustering;

/// <summary>Moves centroids to the means of their rows. Rows are added up in parts, whatever the number of threads, so that rounding is always the same.</summary>
internal sealed class ClusterMeans(Device device, float[] rows, float[] centroids, int clusters)
{
    private const int Parts = 16;

    private readonly int _dimension = centroids.Length / clusters;
    private readonly float[][] _sums = [.. Enumerable.Range(0, Parts).Select(_ => new float[centroids.Length])];
    private readonly int[] _sizes = new int[clusters];

    /// <summary>Moves every centroid.</summary>
    /// <param name="assignment">Cluster of each row.</param>
    /// <param name="distances">Squared distance of each row to its centroid; 0 is written for a row that becomes a centroid.</param>
    public void Update(int[] assignment, float[] distances)
    {
        device.ParallelFor(Parts, new PartialSum(this, assignment));
        Array.Clear(_sizes);
        foreach (var cluster in assignment)
            _sizes[cluster]++;
        device.ParallelFor(clusters, new Mean(this));
        for (var k = 0; k < clusters; k++)
            if (_sizes[k] == 0)
                Reseed(k, distances);
    }

    /// <summary>An empty cluster begins again at the row that its centroid describes worst.</summary>
    private void Reseed(int cluster, float[] distances)
    {
        var farthest = TensorPrimitives.IndexOfMax<float>(distances);
        rows.AsSpan(farthest * _dimension, _dimension).CopyTo(centroids.AsSpan(cluster * _dimension));
        distances[farthest] = 0;
    }

    private readonly struct PartialSum(ClusterMeans means, int[] assignment) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var (sums, dimension) = (means._sums[index], means._dimension);
            Array.Clear(sums);
            var end = (int)((long)assignment.Length * (index + 1) / Parts);
            for (var i = (int)((long)assignment.Length * index / Parts); i < end; i++)
            {
                var sum = sums.AsSpan(assignment[i] * dimension, dimension);
                TensorPrimitives.Add(sum, means.Rows.AsSpan(i * dimension, dimension), sum);
            }
        }
    }

    private readonly struct Mean(ClusterMeans means) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            if (means._sizes[index] == 0)
                return;
            var (first, dimension) = (index * means._dimension, means._dimension);
            var centroid = means.Centroids.AsSpan(first, dimension);
            centroid.Clear();
            foreach (var part in means._sums)
                TensorPrimitives.Add(centroid, part.AsSpan(first, dimension), centroid);
            TensorPrimitives.Divide(centroid, means._sizes[index], centroid);
        }
    }

    private float[] Rows => rows;

    private float[] Centroids => centroids;
}
