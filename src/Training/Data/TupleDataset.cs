namespace Retrieval.Training.Data;

/// <summary>
/// What tuples are drawn from: images, the cluster (class, landmark, 3-D model) of each, and the queries with their candidate positives.
/// Negatives come from other clusters.
/// </summary>
public sealed record TupleDataset(IImageSource Images, IReadOnlyList<int> Clusters, IReadOnlyList<TrainingQuery> Queries)
{
    /// <summary>Every image of a class with at least two is a query; all others of its class are its positives.</summary>
    /// <exception cref="ArgumentException">No class has two images, or there is only one class.</exception>
    public static TupleDataset FromLabels(IImageSource images, IReadOnlyList<int> labels)
    {
        var members = Enumerable.Range(0, labels.Count).ToLookup(index => labels[index]);
        var queries = new List<TrainingQuery>();
        for (var i = 0; i < labels.Count; i++)
        {
            var positives = members[labels[i]].Where(other => other != i).ToArray();
            if (positives.Length > 0)
                queries.Add(new TrainingQuery(i, positives));
        }
        if (queries.Count == 0 || members.Count < 2)
            throw new ArgumentException($"training needs at least two classes and one with two images, got {labels.Count} images in {members.Count} classes");
        return new TupleDataset(images, labels, queries);
    }
}
