using Retrieval.Datasets.Readers;
using Retrieval.Datasets.Reconstructions.Colmap;

namespace Retrieval.Datasets.Reconstructions;

/// <summary>
/// A folder of photographs with 3-D models: <c>sfm/&lt;scene&gt;/sparse/0</c> holds COLMAP's sparse model of each scene, binary or as text, in which images are
/// named by their paths below <c>jpg</c>, <c>images</c> or, without either, the folder itself.
/// </summary>
public static class ReconstructionFolder
{
    internal const string Models = "sfm";

    private static readonly string[] ImageFolders = ["jpg", "images"];

    /// <summary>Where a scene's model lies.</summary>
    /// <param name="folder">The set's folder.</param>
    /// <param name="scene">The scene's name.</param>
    public static string ModelOf(string folder, string scene) => Path.Combine(folder, Models, scene, "sparse", "0");

    /// <summary>Whether a folder is one of these.</summary>
    public static bool IsAt(string folder) => Directory.Exists(Path.Combine(folder, Models));

    /// <summary>Reads all models; the images themselves are not looked at.</summary>
    /// <exception cref="InvalidDataException">A model is damaged, there is none, or an image belongs to two.</exception>
    /// <exception cref="IOException">A file cannot be read, or images of a model are missing.</exception>
    public static ReconstructionDataset Read(string folder)
    {
        string[] scenes = [.. Directory.GetDirectories(Path.Combine(folder, Models)).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];
        if (scenes.Length == 0)
            throw new InvalidDataException($"{Path.Combine(folder, Models)}: expected a folder for each scene, found none");
        var models = scenes.Select(scene => ColmapModel.Read(ModelOf(folder, scene), scene)).ToArray();
        var root = ImageFolders.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists) ?? folder;
        var images = new NamedImages(root);
        var sceneOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var model in models)
            foreach (var path in images.Find(ModelOf(folder, model.Name), "the model", [.. model.Views.Select(view => view.Name)]))
                if (!sceneOf.TryAdd(path, model.Name))
                    throw new InvalidDataException($"{Path.Combine(folder, Models)}: {Shown.Text(Path.GetRelativePath(root, path))} is in the models of {sceneOf[path]} and {model.Name}: expected every image in one");
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new ReconstructionDataset(name, models, [.. sceneOf.Keys], ImageFiles.Below(root).Length - sceneOf.Count);
    }
}
