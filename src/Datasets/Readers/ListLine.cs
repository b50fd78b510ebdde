namespace Retrieval.Datasets.Readers;

/// <summary>The line forms of list files.</summary>
internal static class ListLine
{
    public const string ProductsHeader = "image_id class_id super_class_id path";

    private static readonly char[] Separators = [' ', '\t', ','];

    public static bool IsProductsHeader(string line) =>
        ProductsHeader.Equals(string.Join(' ', Fields(line)), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// "path label", separated by spaces, tabs or commas. The path is the longest beginning that ends like an image, so both
    /// may contain separators themselves. Of two numbers (fine and coarse class) the first is the label.
    /// </summary>
    public static bool TryParse(string line, out string path, out string label)
    {
        for (var end = line.Length - 1; end > 0; end--)
        {
            if (!Separators.Contains(line[end]) || !ImageFiles.IsImage(line.AsSpan(0, end)))
                continue;
            path = line[..end];
            label = line[end..].Trim(Separators);
            if (Fields(label) is [var fine, var coarse] && int.TryParse(fine, out _) && int.TryParse(coarse, out _))
                label = fine;
            return label.Length > 0;
        }
        path = label = "";
        return false;
    }

    /// <summary>"image_id class_id super_class_id path", as Stanford Online Products has it; the class id is the label.</summary>
    public static bool TryParseProduct(string line, out string path, out string label)
    {
        path = label = "";
        var fields = line.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length < 4 || !fields[..3].All(field => int.TryParse(field, out var id) && id >= 0))
            return false;
        (path, label) = (fields[3], fields[1]);
        return true;
    }

    private static string[] Fields(string text) => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
}
