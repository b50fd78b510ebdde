using System.Globalization;
using System.IO.Compression;

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
    private const string CsvHeader = "path,east,north,role";
    private const long MostArrayBytes = 1 << 30;

    /// <summary>Whether a path names a file of one of these kinds.</summary>
    public static bool Takes(string path) => Path.GetExtension(path).ToLowerInvariant() is ".mat" or ".npz" or ".csv";

    /// <summary>Reads a set; the images themselves are not looked at.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or incomplete.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PlaceDataset Read(string path)
    {
        var data = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".mat" => FromMat(path),
            ".npz" => FromNpz(path),
            ".csv" => FromCsv(path),
            _ => throw new InvalidDataException($"{path}: expected a set of places: .mat, .npz or .csv"),
        };
        if (data.Database.Count == 0 || data.Queries.Count == 0)
            throw new InvalidDataException($"{path}: expected database images and queries, got {data.Database.Count} and {data.Queries.Count}");
        foreach (var image in data.Database.Concat(data.Queries))
            if (!double.IsFinite(image.East) || !double.IsFinite(image.North))
                throw new InvalidDataException($"{path}: {image.Path} has no position");
        return data;
    }

    private static PlaceDataset FromMat(string path)
    {
        var fields = MatFile.ReadStructure(path);
        return new PlaceDataset(NameOf(path), MatImages(path, fields, "dbImageFns", "utmDb"), MatImages(path, fields, "qImageFns", "utmQ"));
    }

    private static PlaceImage[] MatImages(string path, IReadOnlyDictionary<string, MatValue> fields, string names, string positions)
    {
        if (fields.GetValueOrDefault(names)?.Cells is not { } files || fields.GetValueOrDefault(positions) is not { Numbers: { } numbers, Rows: 2 } place || place.Columns != files.Length)
            throw new InvalidDataException($"{path}: expected {names}, a cell of texts, and {positions} with two rows and as many columns");
        var root = RootOf(path);
        return [.. files.Select((file, i) => new PlaceImage(Path.Combine(root, file), numbers[2 * i], numbers[(2 * i) + 1]))];
    }

    private static PlaceDataset FromNpz(string path)
    {
        using var archive = Open(path);
        var stem = path[..^Path.GetExtension(path).Length];
        return new PlaceDataset(NameOf(path), NpyImages(path, archive, "utmDb", stem + "_dbImages.npy"), NpyImages(path, archive, "utmQ", stem + "_qImages.npy"));
    }

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: damaged: {exception.Message}", exception);
        }
    }

    private static PlaceImage[] NpyImages(string path, ZipArchive archive, string positions, string namesPath)
    {
        var entry = archive.GetEntry(positions + ".npy") ?? throw new InvalidDataException($"{path}: expected an array {positions}");
        var place = NpyArray.Parse($"{path}/{positions}", Unpack(path, entry));
        if (!File.Exists(namesPath))
            throw new FileNotFoundException($"{namesPath}: expected the names of the images of {positions}: no such file", namesPath);
        var files = NpyArray.Parse(namesPath, File.ReadAllBytes(namesPath)).Texts();
        if (place.Shape is not [var count, 2] || count != files.Length)
            throw new InvalidDataException($"{path}: {positions} has shape [{string.Join(", ", place.Shape)}], expected [{files.Length}, 2] as {namesPath} has names");
        var (root, numbers) = (RootOf(path), place.Doubles());
        return [.. files.Select((file, i) => new PlaceImage(Path.Combine(root, file), numbers[2 * i], numbers[(2 * i) + 1]))];
    }

    private static byte[] Unpack(string path, ZipArchiveEntry entry)
    {
        if (entry.Length > MostArrayBytes)
            throw new InvalidDataException($"{path}: {entry.Name} unpacks to {entry.Length} bytes: damaged?");
        try
        {
            using var source = entry.Open();
            var bytes = new byte[entry.Length];
            source.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: damaged: {entry.Name} cannot be unpacked", exception);
        }
    }

    private static PlaceDataset FromCsv(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0].Trim() != CsvHeader)
            throw new InvalidDataException($"{path}: line 1: expected '{CsvHeader}'");
        List<PlaceImage> database = [], queries = [];
        var root = RootOf(path);
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0)
                continue;
            // A path may hold commas; numbers and roles do not.
            var fields = lines[i].Split(',');
            if (fields.Length < 4 || !Number(fields[^3], out var east) || !Number(fields[^2], out var north) || fields[^1].Trim() is not ("database" or "query"))
                throw new InvalidDataException($"{path}: line {i + 1}: expected <path>,<east>,<north>,database or query; got '{Readers.Shown.Text(lines[i])}'");
            var image = new PlaceImage(Path.Combine(root, string.Join(',', fields[..^3])), east, north);
            (fields[^1].Trim() == "query" ? queries : database).Add(image);
        }
        return new PlaceDataset(NameOf(path), database, queries);
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static string RootOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var images = Path.Combine(folder, "images");
        return Directory.Exists(images) ? images : folder;
    }
}
