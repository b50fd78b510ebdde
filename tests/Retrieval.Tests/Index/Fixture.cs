using Retrieval.Host;
using Retrieval.Index;

namespace Retrieval.Tests.Index;

/// <summary>Descriptors from a seed, indices over them, and the answer by a plain float64 scan.</summary>
internal static class Fixture
{
    public static float[] Normals(int seed, int count, int dimension)
    {
        var random = new Random(seed);
        var values = new float[count * dimension];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }

    public static float[] SmallIntegers(int seed, int count, int dimension, int limit = 2)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count * dimension).Select(_ => (float)random.Next(-limit, limit + 1)).ToArray();
    }

    /// <summary>Distinct ids in no order.</summary>
    public static long[] ShuffledIds(int seed, int count)
    {
        var ids = Enumerable.Range(0, count).Select(i => (7L * i) + (i % 3 * (1L << 40))).ToArray();
        new Random(seed).Shuffle(ids);
        return ids;
    }

    public static FlatIndex Build(Device device, float[] descriptors, int dimension, SearchMetric metric = SearchMetric.InnerProduct, long[]? ids = null)
    {
        using var builder = new FlatIndexBuilder(device, dimension, metric);
        builder.Add(descriptors, ids);
        return builder.Build();
    }

    /// <summary>Ids of the k best by float64 scores summed in order, ties by lowest id; and the scores.</summary>
    public static (long[] Ids, double[] Scores) Scan(float[] descriptors, ReadOnlySpan<float> query, int k, SearchMetric metric, long[]? ids = null, Func<int, bool>? allows = null)
    {
        var found = new List<(double Score, long Id)>();
        for (var row = 0; row < descriptors.Length / query.Length; row++)
        {
            var score = 0.0;
            for (var i = 0; i < query.Length; i++)
            {
                double q = query[i], x = descriptors[(row * query.Length) + i];
                score += metric == SearchMetric.InnerProduct ? q * x : -(q - x) * (q - x);
            }
            if (allows is null || allows(row))
                found.Add((score, ids?[row] ?? row));
        }
        var best = found.OrderByDescending(item => item.Score).ThenBy(item => item.Id).Take(k).ToArray();
        return (best.Select(item => item.Id).ToArray(), best.Select(item => item.Score).ToArray());
    }
}
