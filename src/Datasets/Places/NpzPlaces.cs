using System.IO.Compression;

namespace Retrieval.Datasets.Places;

/// <summary>NumPy arrays <c>utmDb</c> [N, 2] and <c>utmQ</c>, with the images' names in files beside them.</summary>
internal static class NpzPlaces
{
    private const long MostArrayBytes = 1 << 30;

    public static PlaceDataset Read(string path)
    {
        using var archive = Open(path);
        var stem = path[..^Path.GetExtension(path).Length];
        return new PlaceDataset(PlaceReader.NameOf(path), Images(path, archive, "utmDb", stem + "_dbImages.npy"), Images(path, archive, "utmQ", stem + "_qImages.npy"));
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

    private static PlaceImage[] Images(string path, ZipArchive archive, string positions, string namesPath)
    {
        var entry = archive.GetEntry(positions + ".npy") ?? throw new InvalidDataException($"{path}: expected an array {positions}");
        var place = NpyArray.Parse($"{path}/{positions}", Unpack(path, entry));
        if (!File.Exists(namesPath))
            throw new FileNotFoundException($"{namesPath}: expected the names of the images of {positions}: no such file", namesPath);
        var files = NpyArray.Parse(namesPath, File.ReadAllBytes(namesPath)).Texts();
        if (place.Shape is not [var count, 2] || count != files.Length)
            throw new InvalidDataException($"{path}: {positions} has shape [{string.Join(", ", place.Shape)}], expected [{files.Length}, 2] as {namesPath} has names");
        var (root, numbers) = (PlaceReader.RootOf(path), place.Doubles());
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
}
