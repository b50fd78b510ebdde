using Retrieval.Datasets.Places;

namespace Retrieval.Training.Data;

/// <summary>Photographs with positions as training data: the database's images first, then the queries.</summary>
public static class PlaceTuples
{
    /// <summary>Queries are those with a database image within <see cref="PlaceDataset.TrainingRadius"/>; these images are their candidate positives. Each image is a cluster by itself.</summary>
    /// <param name="places">The set.</param>
    /// <param name="images">Its images, in the same order.</param>
    /// <exception cref="ArgumentException">No query has a candidate positive.</exception>
    public static TupleDataset Of(PlaceDataset places, IImageSource images)
    {
        var near = places.Near(PlaceDataset.TrainingRadius);
        var queries = near.Select((positives, query) => new TrainingQuery(places.Database.Count + query, positives)).Where(query => query.Positives.Count > 0).ToArray();
        if (queries.Length == 0)
            throw new ArgumentException($"{places.Name}: none of {places.Queries.Count} queries has a database image within {PlaceDataset.TrainingRadius} m");
        return new TupleDataset(images, [.. Enumerable.Range(0, images.Count)], queries) { Places = places };
    }
}
