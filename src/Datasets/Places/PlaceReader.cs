namespace Retrieval.Datasets.Places;

/// <summary>
/// Reads sets of photographs with positions. Image paths are relative to the file's folder, or to the folder <c>images</c> beside it where there is one.
/// <list type="bullet">
/// <item><c>.mat</c>: MATLAB's <c>dbStruct</c> as the Pittsburgh and Tokyo sets have it: <c>dbImageFns</c>, <c>utmDb</c> [2, N], <c>qImageFns</c>, <c>utmQ</c>.</item>
/// <item><c>.npz</c>: <c>utmDb</c> [N, 2] and <c>utmQ</c>, with the names beside it in <c>NAME_dbImages.npy</c> and <c>NAME_qImages.npy</c>.</item>
/// <item><c>.csv</c>: a line <c>path,east,north,role</c> each, role <c>database</c> or <c>query</c>; the first line names the columns.</item>
/// </list>
/// </summary>
public static class PlaceReader
{
    /// <summary>Whether a path names a file of one of these kinds.</summary>
    public static bool Takes(string path) => Path.GetExtension(path).ToLowerInvariant() is ".mat" or ".npz" || CsvPlaces.IsAt(path);

    /// <summary>Reads a set; the images themselves are not looked at.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or incomplete.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PlaceDataset Read(string path)
    {
        var data = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".mat" => MatPlaces.Read(path),
            ".npz" => NpzPlaces.Read(path),
            ".csv" => CsvPlaces.Read(path),
            _ => throw new InvalidDataException($"{path}: expected a set of places: .mat, .npz or .csv"),
        };
        if (data.Database.Count == 0 || data.Queries.Count == 0)
            throw new InvalidDataException($"{path}: expected database images and queries, got {data.Database.Count} and {data.Queries.Count}");
        foreach (var image in data.Database.Concat(data.Queries))
            if (!double.IsFinite(image.East) || !double.IsFinite(image.North))
                throw new InvalidDataException($"{path}: {image.Path} has no position");
        return data;
    }

    internal static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    internal static string RootOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var images = Path.Combine(folder, "images");
        return Directory.Exists(images) ? images : folder;
    }
}
