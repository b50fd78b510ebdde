using System.IO.Enumeration;

namespace Retrieval.Datasets;

/// <summary>Which files of a folder are images, by their names.</summary>
public static class ImageFiles
{
    /// <summary>Endings of image files, in lower case; files may have them in any case.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".ppm", ".pgm", ".jp2", ".jxl", ".heic", ".heif", ".avif"];

    public static bool IsImage(ReadOnlySpan<char> path)
    {
        foreach (var extension in Extensions)
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>
    /// Paths of all images below a folder, relative to it, with forward slashes, in ordinal order. Names that begin with a dot
    /// are passed over, and links to folders are not followed (they may lead in circles).
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string[] Below(string root)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{root}: no such folder");
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
        var images = new FileSystemEnumerable<string>(root, (ref FileSystemEntry entry) => entry.ToFullPath(), everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsHidden(ref entry) && IsImage(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsHidden(ref entry) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        string[] paths = [.. images.Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))];
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    private static bool IsHidden(ref FileSystemEntry entry) => entry.FileName.StartsWith('.');
}
