namespace Retrieval.Training.Clustering;

/// <summary>Settings of <see cref="KMeans"/>.</summary>
/// <param name="Clusters">K.</param>
/// <param name="Iterations">Most rounds of assignment and mean; fewer when no row changes its cluster.</param>
/// <param name="Seed">Where the first centroids are drawn from; everything else follows.</param>
public sealed record KMeansOptions(int Clusters = 64, int Iterations = 25, ulong Seed = 0)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (Clusters is < 1 or > 65536)
            throw new ArgumentException($"clusters: expected 1 to 65536, got {Clusters}");
        if (Iterations is < 1 or > 10000)
            throw new ArgumentException($"iterations of k-means: expected 1 to 10000, got {Iterations}");
    }
}
