namespace Retrieval.Tests.Evaluation;

/// <summary>Plain float64 distances and orderings for cases that start from descriptors.</summary>
internal static class Distances
{
    public static double[] Normalized(double[] vector)
    {
        var norm = Math.Max(Math.Sqrt(vector.Sum(value => value * value)), 1e-12);
        return Array.ConvertAll(vector, value => value / norm);
    }

    public static double[] Mean(IReadOnlyCollection<double[]> vectors)
    {
        var mean = new double[vectors.First().Length];
        foreach (var vector in vectors)
            for (var d = 0; d < mean.Length; d++)
                mean[d] += vector[d] / vectors.Count;
        return mean;
    }

    public static double InnerProduct(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double SquaredEuclidean(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    public static double Cosine(double[] a, double[] b) => Math.Abs(1 - InnerProduct(a, b));

    public static Func<double[], double[], double> Named(string name) => name == "cosine" ? Cosine : SquaredEuclidean;

    /// <summary>Database indices by rising distance, ties by lowest index.</summary>
    public static long[] Order(IEnumerable<double> distances)
    {
        var keyed = distances.ToArray();
        return [.. Enumerable.Range(0, keyed.Length).OrderBy(index => keyed[index]).Select(index => (long)index)];
    }
}
