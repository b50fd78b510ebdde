using Retrieval.Datasets.Places;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Sampling;

namespace Retrieval.Cli.Jobs;

/// <summary>What a path gives to train on.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Summary">What it holds, for people.</param>
/// <param name="Tuples">Images, and what tuples are drawn from.</param>
internal sealed record TrainingSet(string Name, string Summary, TupleDataset Tuples)
{
    private const long CacheByteLimit = 2L << 30;

    /// <summary>Names of the classes; none of places.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Reads classes, or photographs with positions.</summary>
    /// <exception cref="UsersMistakeException">There is nothing to make tuples of.</exception>
    public static TrainingSet Read(string path, ImageSizing sizing)
    {
        if (PlaceReader.Takes(path))
            return Of(PlaceReader.Read(path), sizing);
        var data = DataReader.Classes(path);
        var images = new FileImageSource([.. data.Items.Select(item => item.Path)], sizing, cacheByteLimit: CacheByteLimit);
        var tuples = Session.Checked(() => TupleDataset.FromLabels(images, data.Labels()));
        return new TrainingSet(data.Name, $"{data.Items.Count} images, {data.Classes.Count} classes", tuples with { Description = $"{data.Name} at {sizing}" }) { Classes = data.Classes };
    }

    /// <summary>Tuples of places are mined by their positions, with as many negatives, tuples a step and queries as were asked for.</summary>
    public TrainingOptions Adapt(TrainingOptions options) => Tuples.Places is null || options.Sampling is not TupleSampling sampling ? options
        : options with { Sampling = new PlaceSampling(sampling.Mining.Queries, Math.Max(1, sampling.Mining.Queries / 2), sampling.Mining.Pool, sampling.Mining.Negatives, sampling.TuplesPerStep) };

    private static TrainingSet Of(PlaceDataset places, ImageSizing sizing)
    {
        var tuples = Session.Checked(() => PlaceTuples.Of(places, Benchmark.ImagesOf(places, sizing)));
        return new TrainingSet(places.Name, $"{places.Database.Count} database images, {tuples.Queries.Count} of {places.Queries.Count} queries with one of them near", tuples with { Description = $"{places.Name} at {sizing}" });
    }
}
