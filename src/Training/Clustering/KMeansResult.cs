namespace Retrieval.Training.Clustering;

/// <summary>What k-means found.</summary>
/// <param name="Centroids">[K, D].</param>
/// <param name="Assignment">The cluster of each row [N], by the centroids before the last means were taken.</param>
/// <param name="Error">Mean squared distance of the rows to those centroids.</param>
/// <param name="Iterations">Rounds that were made.</param>
public sealed record KMeansResult(float[] Centroids, int[] Assignment, double Error, int Iterations)
{
    /// <summary>Rows of each cluster [K].</summary>
    public int[] Sizes(int clusters)
    {
        var sizes = new int[clusters];
        foreach (var cluster in Assignment)
            sizes[cluster]++;
        return sizes;
    }
}
