using System.Globalization;

namespace Retrieval.Datasets.Places;

/// <summary>Lines <c>path,east,north,role</c> below one that names these columns.</summary>
internal static class CsvPlaces
{
    public const string Header = "path,east,north,role", DatabaseRole = "database", QueryRole = "query";

    /// <summary>Whether a file begins as such a file does.</summary>
    public static bool IsAt(string path) => File.Exists(path) && File.ReadLines(path).FirstOrDefault()?.Trim() == Header;

    public static PlaceDataset Read(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0].Trim() != Header)
            throw new InvalidDataException($"{path}: line 1: expected '{Header}'");
        List<PlaceImage> database = [], queries = [];
        var root = PlaceReader.RootOf(path);
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0)
                continue;
            // A path may hold commas; numbers and roles do not.
            var fields = lines[i].Split(',');
            if (fields.Length < 4 || !Number(fields[^3], out var east) || !Number(fields[^2], out var north) || fields[^1].Trim() is not (DatabaseRole or QueryRole))
                throw new InvalidDataException($"{path}: line {i + 1}: expected <path>,<east>,<north>,database or query; got {Readers.Shown.Text(lines[i])}");
            var image = new PlaceImage(Path.Combine(root, string.Join(',', fields[..^3])), east, north);
            (fields[^1].Trim() == QueryRole ? queries : database).Add(image);
        }
        return new PlaceDataset(PlaceReader.NameOf(path), database, queries);
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
