using Retrieval.Datasets.Places;
using Retrieval.Datasets.Reconstructions;
using Retrieval.Training.Data;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

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

    /// <summary>A recipe with the sampling that the data at a path asks for, where it says none.</summary>
    /// <exception cref="UsersMistakeException">The recipe's sampling is for data of another kind.</exception>
    public static Recipe Settle(Recipe recipe, string path)
    {
        var hasPlaces = PlaceReader.Takes(path);
        if (hasPlaces && !recipe.Holds(SamplingSection.Kind))
            return recipe.With(SamplingSection.Kind, SamplingSection.OfPlaces);
        var kind = recipe.Get(SamplingSection.Kind);
        if (hasPlaces == (kind == SamplingSection.OfPlaces) || !Path.Exists(path))
            return recipe;
        throw new UsersMistakeException(hasPlaces
            ? $"{path}: photographs with positions are sampled by their places, the recipe's sampling.kind is {kind}: add --set sampling.kind=places"
            : $"{path}: the recipe's sampling.kind places needs photographs with positions (.mat, .npz or .csv), these have classes: add --set sampling.kind=tuples, or give such a file");
    }

    /// <summary>Reads classes, photographs with positions, or photographs with 3-D models.</summary>
    /// <exception cref="UsersMistakeException">There is nothing to make tuples of.</exception>
    public static TrainingSet Read(string path, ImageSizing sizing)
    {
        if (PlaceReader.Takes(path))
            return Of(PlaceReader.Read(path), sizing);
        if (ReconstructionFolder.IsAt(path))
            return Of(ReconstructionFolder.Read(path), sizing);
        var data = DataReader.Classes(path);
        var images = new FileImageSource([.. data.Items.Select(item => item.Path)], sizing, cacheByteLimit: CacheByteLimit);
        var tuples = Session.Checked(() => TupleDataset.FromLabels(images, data.Labels()));
        return new TrainingSet(data.Name, $"{data.Items.Count} images, {data.Classes.Count} classes", tuples with { Description = $"{data.Name} at {sizing}" }) { Classes = data.Classes };
    }

    private static TrainingSet Of(ReconstructionDataset data, ImageSizing sizing)
    {
        var tuples = Session.Checked(() => ReconstructionTuples.Of(data.Models, new FileImageSource(data.Paths, sizing, cacheByteLimit: CacheByteLimit)));
        return new TrainingSet(data.Name, $"{data.Paths.Count} images in {data.Models.Count} 3-D models, {data.Unregistered} in none and left out", tuples with { Description = $"{data.Name} at {sizing}" })
        {
            Classes = [.. data.Models.Select(model => model.Name)],
        };
    }

    private static TrainingSet Of(PlaceDataset places, ImageSizing sizing)
    {
        var tuples = Session.Checked(() => PlaceTuples.Of(places, Benchmark.ImagesOf(places, sizing)));
        return new TrainingSet(places.Name, $"{places.Database.Count} database images, {tuples.Queries.Count} of {places.Queries.Count} queries with one of them near", tuples with { Description = $"{places.Name} at {sizing}" });
    }
}
