using Retrieval.Datasets.Reconstructions;

namespace Retrieval.Training.Data;

/// <summary>Photographs with 3-D models as training data: a model is a cluster, and an image's candidate positives are those that share points with it (TPAMI 2018).</summary>
public static class ReconstructionTuples
{
    /// <summary>Every image that shares a 3-D point with another one is a query.</summary>
    /// <param name="models">The models.</param>
    /// <param name="images">Their views' images, model after model.</param>
    /// <exception cref="ArgumentException">There are not as many images as views, no two share a point, or there is only one model.</exception>
    public static TupleDataset Of(IReadOnlyList<Reconstruction> models, IImageSource images)
    {
        int[] clusters = [.. models.SelectMany((model, number) => model.Views.Select(_ => number))];
        if (clusters.Length != images.Count)
            throw new ArgumentException($"training needs an image for each view, got {images.Count} images for {clusters.Length} views");
        var queries = new List<TrainingQuery>();
        foreach (var model in models)
            queries.AddRange(QueriesOf(model.Views, first: queries.Count));
        queries.RemoveAll(query => query.Positives.Count == 0);
        if (queries.Count == 0 || models.Count < 2)
            throw new ArgumentException($"training needs at least two 3-D models, and images that share points; got {models.Count} models with {queries.Count} such images");
        return new TupleDataset(images, clusters, queries);
    }

    private static TrainingQuery[] QueriesOf(IReadOnlyList<ReconstructedView> views, int first)
    {
        var result = new TrainingQuery[views.Count];
        Parallel.For(0, views.Count, query =>
        {
            var candidates = Enumerable.Range(0, views.Count).Where(view => view != query)
                .Select(view => (View: view, Seen: CoVisibility.Between(views[query].Points, views[view].Points), Distance: views[query].Centre.SquaredDistance(views[view].Centre)))
                .Where(candidate => candidate.Seen.CommonPoints > 0)
                .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.View).ToArray();
            result[query] = new TrainingQuery(first + query, [.. candidates.Select(candidate => first + candidate.View)]) { CoVisibilities = [.. candidates.Select(candidate => candidate.Seen)] };
        });
        return result;
    }
}
