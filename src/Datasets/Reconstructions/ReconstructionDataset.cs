namespace Retrieval.Datasets.Reconstructions;

/// <summary>Photographs of several scenes with a 3-D model of each.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Models">One for each scene.</param>
/// <param name="Paths">Files of all models' views, model after model.</param>
/// <param name="Unregistered">How many images of the folder belong to no model; they are not among the paths.</param>
public sealed record ReconstructionDataset(string Name, IReadOnlyList<Reconstruction> Models, IReadOnlyList<string> Paths, int Unregistered)
{
    /// <summary>The same images with their scenes for classes.</summary>
    public ImageDataset ToClasses() => ImageDataset.OfClasses(Name, [.. Paths.Zip(Models.SelectMany(model => model.Views.Select(_ => model.Name)))], $"3-D models of {Name}");
}
