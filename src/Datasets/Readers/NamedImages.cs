namespace Retrieval.Datasets.Readers;

/// <summary>Finds the images of a folder by the names that benchmarks use, which have no extension.</summary>
/// <remarks>A name can only lead to a file that was found below the folder, whatever it contains.</remarks>
internal sealed class NamedImages
{
    private readonly string _root;
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ambiguous = new(StringComparer.Ordinal);

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public NamedImages(string root)
    {
        _root = Path.GetFullPath(root);
        foreach (var path in ImageFiles.Below(root))
        {
            var name = path[..path.LastIndexOf('.')];
            if (!_paths.TryAdd(name, path))
                _ambiguous.Add(name);
            _paths[path] = path;
        }
    }

    /// <summary>Full paths of the images.</summary>
    /// <param name="source">The file that the names stand in, for messages.</param>
    /// <param name="list">The list in it.</param>
    /// <param name="names">Paths below the folder, with or without an extension.</param>
    /// <exception cref="FileNotFoundException">Some are missing.</exception>
    /// <exception cref="InvalidDataException">A name is listed twice, or two files fit it.</exception>
    public string[] Find(string source, string list, IReadOnlyList<string?> names)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<string>();
        string? firstMissing = null;
        foreach (var name in names)
        {
            if (name is null || !listed.Add(name))
                throw new InvalidDataException($"{source}: {list} lists {Shown.Text(name ?? "null")} {(name is null ? "as a name" : "twice")}");
            if (_ambiguous.Contains(name))
                throw new InvalidDataException($"{source}: two images in {_root} fit the name {Shown.Text(name)} of {list}");
            if (_paths.TryGetValue(name, out var path))
                found.Add(Path.Combine(_root, path));
            else
                firstMissing ??= name;
        }
        if (firstMissing is not null)
            throw new FileNotFoundException($"{source}: {names.Count - found.Count} of {names.Count} images of {list} are not in {_root}, the first is {Shown.Text(firstMissing)}");
        return [.. found];
    }
}
