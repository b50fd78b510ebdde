using System.Globalization;

namespace Retrieval.Datasets.Readers;

/// <summary>The images of a benchmark whose file names are numbers, such as 100401.jpg or ukbench00012.jpg, by folder and number.</summary>
internal static class NumberedImages
{
    private const int LongestNumber = 9;

    /// <summary>Reads a folder with all below it.</summary>
    /// <param name="root">The benchmark's folder.</param>
    /// <param name="example">A file name as it should be, for messages.</param>
    /// <returns>Path of the folder below the root ("" for the root), number and full path of each image, by folder and number.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no image, a name does not end in a number, or two images of a folder have one number.</exception>
    public static IReadOnlyList<(string Folder, int Number, string Path)> Read(string root, string example)
    {
        var full = Path.GetFullPath(root);
        var images = ImageFiles.Below(root).Select(path => (Folder: FolderOf(path), Number: NumberOf(root, path, example), Path: Path.Combine(full, path)))
            .OrderBy(image => image.Folder, StringComparer.Ordinal).ThenBy(image => image.Number).ToArray();
        if (images.Length == 0)
            throw new InvalidDataException($"{root}: expected images such as {example}, found none");
        for (var i = 1; i < images.Length; i++)
            if (images[i].Folder == images[i - 1].Folder && images[i].Number == images[i - 1].Number)
                throw new InvalidDataException($"{root}: two images have the number {images[i].Number}: {Shown.Text(images[i - 1].Path)} and {Shown.Text(images[i].Path)}");
        return images;
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and var end ? path[..end] : "";

    private static int NumberOf(string root, string path, string example)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        var digits = stem.AsSpan().TrimStart("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
        return digits.Length is > 0 and <= LongestNumber && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{root}: expected images named by numbers, such as {example}, got {Shown.Text(path)}");
    }
}
