using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;

namespace Retrieval.Training.Clustering;

/// <summary>
/// k-means++ (Arthur and Vassilvitskii 2007): each next centroid is a row, drawn with a probability that grows with the squared distance to the
/// nearest one before. Of many rows a random part is enough: the rows drawn here are only where k-means begins.
/// </summary>
internal sealed class KMeansSeeding
{
    private const int RowsPerCluster = 32, Piece = 256;

    private readonly Device _device;
    private readonly int _dimension;
    private readonly int _clusters;
    private readonly SeededRandom _random;
    private readonly float[] _rows;
    private readonly float[] _distances;

    public KMeansSeeding(Device device, ReadOnlySpan<float> rows, int dimension, KMeansOptions options)
    {
        (_device, _dimension, _clusters) = (device, dimension, options.Clusters);
        _random = new SeededRandom(options.Seed);
        var chosen = Some(rows.Length / dimension, Math.Max(RowsPerCluster * options.Clusters, Piece));
        _rows = new float[chosen.Length * dimension];
        for (var i = 0; i < chosen.Length; i++)
            rows.Slice(chosen[i] * dimension, dimension).CopyTo(_rows.AsSpan(i * dimension));
        _distances = new float[chosen.Length];
        Array.Fill(_distances, float.PositiveInfinity);
    }

    /// <summary>The first centroids [K, D].</summary>
    public float[] Centroids()
    {
        var result = new float[_clusters * _dimension];
        var next = _random.Next(_distances.Length);
        for (var k = 0; k < _clusters; k++)
        {
            Row(next).CopyTo(result.AsSpan(k * _dimension));
            _device.ParallelFor((_distances.Length + Piece - 1) / Piece, new Approach(this, next));
            next = DrawFar();
        }
        return result;
    }

    /// <summary>A row with a probability in proportion to its squared distance; any, where all rows are centroids.</summary>
    private int DrawFar()
    {
        var total = 0.0;
        foreach (var distance in _distances)
            total += distance;
        if (!(total > 0))
            return _random.Next(_distances.Length);
        var left = _random.NextDouble() * total;
        for (var i = 0; i < _distances.Length; i++)
            if ((left -= _distances[i]) < 0)
                return i;
        return Array.FindLastIndex(_distances, distance => distance > 0);
    }

    private int[] Some(int count, int wanted)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        _random.Shuffle(numbers.AsSpan());
        return numbers.Length > wanted ? numbers[..wanted] : numbers;
    }

    private ReadOnlySpan<float> Row(int index) => _rows.AsSpan(index * _dimension, _dimension);

    /// <summary>Takes a new centroid into the distances of a piece of the rows.</summary>
    private readonly struct Approach(KMeansSeeding seeding, int centroid) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var distances = seeding._distances;
            for (var i = index * Piece; i < Math.Min(distances.Length, (index + 1) * Piece); i++)
            {
                var distance = TensorPrimitives.Distance(seeding.Row(i), seeding.Row(centroid));
                distances[i] = Math.Min(distances[i], distance * distance);
            }
        }
    }
}
