namespace Retrieval.Datasets.Readers;

/// <summary>A folder per class: an image's class is the folder that holds it, at whatever depth.</summary>
public static class ClassFolderDataset
{
    /// <summary>
    /// All images below the folder. Classes are named by their path from the root, such as "Fruit/Apple/Granny-Smith"; items
    /// stand in ordinal order of their paths. An image's cluster is its class.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">No image lies below it, or one lies in the root itself and so has no class.</exception>
    public static ImageDataset Read(string root)
    {
        var paths = ImageFiles.Below(root);
        if (paths.Length == 0)
            throw new InvalidDataException($"{root}: expected a folder of images per class, found no image ({string.Join(' ', ImageFiles.Extensions)})");
        if (Array.Find(paths, path => !path.Contains('/')) is { } stray)
            throw new InvalidDataException($"{root}: expected a folder of images per class, but {Shown.Text(stray)} lies in no class folder");

        var full = Path.GetFullPath(root);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
        return ImageDataset.OfClasses(name, [.. paths.Select(path => (Path.Combine(full, path), ClassOf(path)))], $"class folders below {full}");
    }

    private static string ClassOf(string path) => path[..path.LastIndexOf('/')];
}
