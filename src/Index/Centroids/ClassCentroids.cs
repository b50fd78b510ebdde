using System.Globalization;
using Retrieval.Host;

namespace Retrieval.Index.Centroids;

/// <summary>
/// Class centroids, which can stand for all images of their classes ("On the unreasonable effectiveness of centroids in image retrieval", ICONIP
/// 2021): c = 1/n sum_i x_i over the class's embeddings x_i, which have not been normalised, and then c / |c|. Sums are in float64.
/// </summary>
public static class ClassCentroids
{
    /// <summary>What an index of centroids says of itself in its provenance.</summary>
    public const string Provenance = "centroids";

    /// <summary>Centroids of groups of embeddings.</summary>
    /// <param name="device">Whose threads compute.</param>
    /// <param name="embeddings">[N, D], row-major.</param>
    /// <param name="dimension">D.</param>
    /// <param name="groups">Rows of each group, at least one.</param>
    /// <returns>[groups, D], rows of unit length; zero where the embeddings cancel out.</returns>
    /// <exception cref="ArgumentException">A group is empty, or names a row that is not there.</exception>
    public static float[] Of(Device device, ReadOnlyMemory<float> embeddings, int dimension, IReadOnlyList<IReadOnlyList<int>> groups)
    {
        Demand(embeddings.Length / dimension, groups);
        var centroids = new float[checked(groups.Count * dimension)];
        device.ParallelFor(groups.Count, new GroupMeans(embeddings, dimension, groups, centroids));
        return centroids;
    }

    /// <summary>For each row the centroid of its group without it, as the row's own query meets it where every row queries all others.</summary>
    /// <param name="device">Whose threads compute.</param>
    /// <param name="embeddings">[N, D], row-major.</param>
    /// <param name="dimension">D.</param>
    /// <param name="groups">Rows of each group, at least one; no row is in two.</param>
    /// <returns>[N, D], rows of unit length; zero for a row that is alone in its group or in none, and where the others cancel out.</returns>
    /// <exception cref="ArgumentException">A group is empty, or names a row that is not there.</exception>
    public static float[] WithoutOne(Device device, ReadOnlyMemory<float> embeddings, int dimension, IReadOnlyList<IReadOnlyList<int>> groups)
    {
        Demand(embeddings.Length / dimension, groups);
        var centroids = new float[embeddings.Length];
        device.ParallelFor(groups.Count, new MeansWithoutOne(embeddings, dimension, groups, centroids));
        return centroids;
    }

    /// <summary>
    /// An index with a centroid for each class of another one, ordered by the classes' names. An entry's label is the class and its path that of the
    /// image nearest to the centroid. Rows without a label are left out.
    /// </summary>
    /// <param name="instances">Embeddings with labels; unchanged.</param>
    /// <exception cref="ArgumentException">No row has a label.</exception>
    public static FlatIndex Build(FlatIndex instances)
    {
        var classes = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        var members = 0L;
        for (long row = 0; row < instances.Count; row++)
        {
            if (instances.Label(row) is not { } label)
                continue;
            if (!classes.TryGetValue(label, out var rows))
                classes.Add(label, rows = []);
            rows.Add(row);
            members++;
        }
        if (classes.Count == 0)
            throw new ArgumentException("centroids: expected descriptors with classes, got none with a label");
        var computed = new ClassMean[classes.Count];
        instances.Device.ParallelFor(computed.Length, new IndexMeans(instances, [.. classes.Values], computed));
        using var builder = new FlatIndexBuilder(instances.Device, instances.Dimension, instances.Metric);
        builder.Reserve(computed.Length);
        foreach (var (key, value) in instances.Provenance)
            builder.Provenance[key] = value;
        builder.Provenance[Provenance] = string.Create(CultureInfo.InvariantCulture, $"{classes.Count} of {members} descriptors");
        foreach (var (label, mean) in classes.Keys.Zip(computed))
            builder.Add(mean.Centroid, labels: [label], paths: [instances.Path(mean.Nearest)]);
        return builder.Build();
    }

    private static void Demand(int rows, IReadOnlyList<IReadOnlyList<int>> groups)
    {
        for (var group = 0; group < groups.Count; group++)
            if (groups[group].Count == 0 || groups[group].Any(row => (uint)row >= (uint)rows))
                throw new ArgumentException($"groups: number {group} is empty or names a row beyond {rows}");
    }

    /// <summary>A class's centroid and the row nearest to it.</summary>
    private readonly record struct ClassMean(float[] Centroid, long Nearest);

    private readonly struct GroupMeans(ReadOnlyMemory<float> embeddings, int dimension, IReadOnlyList<IReadOnlyList<int>> groups, float[] centroids) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var mean = new CentroidSum(dimension);
            foreach (var row in groups[index])
                mean.Add(embeddings.Span.Slice(row * dimension, dimension));
            mean.Write(centroids.AsSpan(index * dimension, dimension));
        }
    }

    private readonly struct MeansWithoutOne(ReadOnlyMemory<float> embeddings, int dimension, IReadOnlyList<IReadOnlyList<int>> groups, float[] centroids) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var sum = new CentroidSum(dimension);
            foreach (var row in groups[index])
                sum.Add(embeddings.Span.Slice(row * dimension, dimension));
            foreach (var row in groups[index])
                if (groups[index].Count > 1)
                    sum.WriteWithout(embeddings.Span.Slice(row * dimension, dimension), centroids.AsSpan(row * dimension, dimension));
        }
    }

    private readonly struct IndexMeans(FlatIndex instances, List<long>[] classes, ClassMean[] computed) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var (descriptor, centroid) = (new float[instances.Dimension], new float[instances.Dimension]);
            var sum = new CentroidSum(instances.Dimension);
            foreach (var row in classes[index])
            {
                instances.CopyDescriptor(row, descriptor);
                sum.Add(descriptor);
            }
            sum.Write(centroid);
            var (nearest, best) = (-1L, double.NegativeInfinity);
            foreach (var row in classes[index])
            {
                instances.CopyDescriptor(row, descriptor);
                if (CentroidSum.Cosine(descriptor, centroid) is var cosine && cosine > best)
                    (nearest, best) = (row, cosine);
            }
            computed[index] = new ClassMean(centroid, nearest);
        }
    }
}
