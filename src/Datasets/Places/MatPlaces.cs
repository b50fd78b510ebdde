using Retrieval.Datasets.Readers.Matlab;

namespace Retrieval.Datasets.Places;

/// <summary>MATLAB's <c>dbStruct</c>: <c>dbImageFns</c>, <c>utmDb</c> [2, N], <c>qImageFns</c>, <c>utmQ</c>.</summary>
internal static class MatPlaces
{
    public static PlaceDataset Read(string path)
    {
        var fields = MatFile.Read(path).Select(variable => variable.Fields).FirstOrDefault(fields => fields is not null)
            ?? throw new InvalidDataException($"{path}: expected a structure with images and their positions, and it holds none");
        return new PlaceDataset(PlaceReader.NameOf(path), Images(path, fields, "dbImageFns", "utmDb"), Images(path, fields, "qImageFns", "utmQ"));
    }

    private static PlaceImage[] Images(string path, IReadOnlyDictionary<string, MatMatrix> fields, string names, string positions)
    {
        var files = fields.GetValueOrDefault(names)?.Cells?.Select(cell => cell.Text).ToArray();
        if (files is null || files.Contains(null) || fields.GetValueOrDefault(positions) is not { Numbers: { } numbers, Rows: 2 } place || place.Columns != files.Length)
            throw new InvalidDataException($"{path}: expected {names}, a cell of texts, and {positions} with two rows and as many columns");
        var root = PlaceReader.RootOf(path);
        return [.. files.Select((file, i) => new PlaceImage(Path.Combine(root, file!), numbers[2 * i], numbers[(2 * i) + 1]))];
    }
}
