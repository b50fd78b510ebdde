namespace Retrieval.Datasets.Places;

/// <summary>MATLAB's <c>dbStruct</c>: <c>dbImageFns</c>, <c>utmDb</c> [2, N], <c>qImageFns</c>, <c>utmQ</c>.</summary>
internal static class MatPlaces
{
    public static PlaceDataset Read(string path)
    {
        var fields = MatFile.ReadStructure(path);
        return new PlaceDataset(PlaceReader.NameOf(path), Images(path, fields, "dbImageFns", "utmDb"), Images(path, fields, "qImageFns", "utmQ"));
    }

    private static PlaceImage[] Images(string path, IReadOnlyDictionary<string, MatValue> fields, string names, string positions)
    {
        if (fields.GetValueOrDefault(names)?.Cells is not { } files || fields.GetValueOrDefault(positions) is not { Numbers: { } numbers, Rows: 2 } place || place.Columns != files.Length)
            throw new InvalidDataException($"{path}: expected {names}, a cell of texts, and {positions} with two rows and as many columns");
        var root = PlaceReader.RootOf(path);
        return [.. files.Select((file, i) => new PlaceImage(Path.Combine(root, file), numbers[2 * i], numbers[(2 * i) + 1]))];
    }
}
