using Retrieval.Datasets.Places;

namespace Retrieval.Training.Data;

/// <summary>
/// What tuples are drawn from: images, the cluster (class, landmark, 3-D model) of each, and the queries with their candidate positives.
/// Negatives come from other clusters.
/// </summary>
public sealed record TupleDataset(IImageSource Images, IReadOnlyList<int> Clusters, IReadOnlyList<TrainingQuery> Queries)
{
    /// <summary>What the images are and how they are prepared, for people and checkpoints: a run goes on only with the same.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where the images were taken, for sets of places: the database's images, then the queries.</summary>
    public PlaceDataset? Places { get; init; }

    /// <summary>Every image of a class with at least two is a query; all others of its class are its positives.</summary>
    /// <param name="images">Images.</param>
    /// <param name="labels">Class of each image.</param>
    /// <exception cref="ArgumentException">Not one label for each image, no class has two images, or there is only one class.</exception>
    public static TupleDataset FromLabels(IImageSource images, IReadOnlyList<int> labels)
    {
        if (labels.Count != images.Count)
            throw new ArgumentException($"training needs a class for each image, got {labels.Count} for {images.Count} images");
        var classes = Enumerable.Range(0, labels.Count).GroupBy(index => labels[index]).Select(group => group.ToArray()).ToArray();
        var queries = classes.Where(members => members.Length > 1)
            .SelectMany(members => members.Select((image, place) => new TrainingQuery(image, new ClassMates(members, place))))
            .OrderBy(query => query.Image).ToArray();
        if (queries.Length == 0 || classes.Length < 2)
            throw new ArgumentException($"training needs at least two classes and one with two images, got {labels.Count} images in {classes.Length} classes");
        return new TupleDataset(images, labels, queries);
    }
}
