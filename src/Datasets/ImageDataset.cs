namespace Retrieval.Datasets;

/// <summary>Images with their classes. Holds paths, never pixels.</summary>
public sealed class ImageDataset
{
    /// <param name="name">Short name for figures and reports.</param>
    /// <param name="items">In a fixed order: an item's index is its database index.</param>
    /// <param name="classes">Class names by label.</param>
    /// <param name="provenance">One line on where the items come from.</param>
    /// <exception cref="ArgumentException">An item's label has no class.</exception>
    public ImageDataset(string name, IReadOnlyList<ImageItem> items, IReadOnlyList<string> classes, string provenance)
    {
        foreach (var item in items)
            if (item.Label < ImageItem.Unknown || item.Label >= classes.Count)
                throw new ArgumentException($"{item.Path}: label {item.Label} of {classes.Count} classes");
        (Name, Items, Classes, Provenance) = (name, items, classes, provenance);
    }

    public string Name { get; }

    public IReadOnlyList<ImageItem> Items { get; }

    public IReadOnlyList<string> Classes { get; }

    public string Provenance { get; }

    /// <summary>Images known by path and class name. Classes stand in order of first appearance; an image's cluster is its class.</summary>
    /// <param name="name">As in the constructor.</param>
    /// <param name="images">Full path and class name of each.</param>
    /// <param name="source">Where they come from; the provenance adds their number.</param>
    public static ImageDataset OfClasses(string name, IReadOnlyCollection<(string Path, string Class)> images, string source)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        var classes = new List<string>();
        var items = new List<ImageItem>(images.Count);
        foreach (var (path, className) in images)
        {
            if (labels.TryAdd(className, classes.Count))
                classes.Add(className);
            items.Add(new ImageItem(path, labels[className], labels[className]));
        }
        return new ImageDataset(name, items, classes, $"{source}, {items.Count} images of {classes.Count} classes");
    }

    /// <summary>Every item's label, in order.</summary>
    public int[] Labels() => [.. Items.Select(item => item.Label)];
}
