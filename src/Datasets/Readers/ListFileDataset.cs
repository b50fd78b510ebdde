namespace Retrieval.Datasets.Readers;

/// <summary>A text file that lists images with their classes, one a line.</summary>
public static class ListFileDataset
{
    /// <summary>
    /// Reads lines "path label", separated by spaces, tabs or commas ("path, fine id, coarse id" takes the fine id), or, under the
    /// header "image_id class_id super_class_id path", the form of Stanford Online Products. Empty lines are passed over.
    /// Classes stand in order of first appearance; an image's cluster is its class.
    /// </summary>
    /// <param name="listPath">UTF-8 text.</param>
    /// <param name="root">Folder that relative paths start from; null for the list's own.</param>
    /// <exception cref="FileNotFoundException">There is no such list, or some of its images are missing.</exception>
    /// <exception cref="InvalidDataException">A line is malformed, an image is listed twice, or there is none.</exception>
    public static ImageDataset Read(string listPath, string? root = null)
    {
        if (!File.Exists(listPath))
            throw new FileNotFoundException($"{listPath}: no such list file", listPath);
        var full = Path.GetFullPath(listPath);
        var folder = Path.GetFullPath(root ?? Path.GetDirectoryName(full)!);
        var entries = Entries(listPath, folder);
        if (entries.Count == 0)
            throw new InvalidDataException($"{listPath}: lists no image");
        RequireImages(listPath, entries);
        var name = $"{Path.GetFileName(Path.GetDirectoryName(full))}/{Path.GetFileNameWithoutExtension(full)}";
        return ImageDataset.OfClasses(name, [.. entries.Select(entry => (entry.Path, entry.Label))], $"list {full}");
    }

    private static List<Entry> Entries(string listPath, string folder)
    {
        var entries = new List<Entry>();
        var lineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var products = false;
        foreach (var (index, line) in File.ReadLines(listPath).Index())
        {
            var number = index + 1;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (entries.Count == 0 && !products && ListLine.IsProductsHeader(line))
            {
                products = true;
                continue;
            }
            var (relative, label) = Parse(listPath, number, line, products);
            var path = Path.GetFullPath(relative, folder);
            if (!lineOf.TryAdd(path, number))
                throw new InvalidDataException($"{listPath}:{number}: {Shown.Text(relative)} stands in line {lineOf[path]} already");
            entries.Add(new Entry(path, label, number));
        }
        return entries;
    }

    private static void RequireImages(string listPath, List<Entry> entries)
    {
        var missing = entries.FindAll(entry => !File.Exists(entry.Path));
        if (missing.Count > 0)
            throw new FileNotFoundException(
                $"{listPath}: {missing.Count} of {entries.Count} images are missing, the first in line {missing[0].Line}: "
                + $"{Shown.Text(missing[0].Path)}; name the folder that the list's paths start from");
    }

    private static (string Path, string Label) Parse(string listPath, int number, string line, bool products)
    {
        string path, label;
        var parsed = products ? ListLine.TryParseProduct(line, out path, out label) : ListLine.TryParse(line, out path, out label);
        if (parsed && !path.Contains('\0'))
            return (path, label);
        var expected = products ? $"'{ListLine.ProductsHeader}'" : "'<path of an image> <label>'";
        throw new InvalidDataException($"{listPath}:{number}: expected {expected}, got {Shown.Text(line)}");
    }

    private readonly record struct Entry(string Path, string Label, int Line);
}
