namespace Retrieval.Datasets.Readers.Reidentification;

/// <summary>A folder whose images' names tell identity and camera.</summary>
public static class ReidentificationFolder
{
    /// <summary>Whether all images of a folder have names of the form, and there is one.</summary>
    public static bool IsAt(string folder) =>
        ImageFiles.Below(folder) is { Length: > 0 } images && Array.TrueForAll(images, image => ReidentificationName.TryParse(image, out _));

    /// <summary>All images of a folder, in ordinal order of their names.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no image, or one has a name of another form.</exception>
    public static IReadOnlyList<ReidentificationImage> Read(string folder)
    {
        var full = Path.GetFullPath(folder);
        var images = new List<ReidentificationImage>();
        foreach (var file in ImageFiles.Below(full))
            images.Add(ReidentificationName.TryParse(file, out var name)
                ? new ReidentificationImage(Path.Combine(full, file), name)
                : throw new InvalidDataException($"{folder}: expected images named {ReidentificationName.Form}, got {Shown.Text(file)}"));
        return images.Count > 0 ? images : throw new InvalidDataException($"{folder}: expected images named {ReidentificationName.Form}, found none");
    }

    /// <summary>
    /// Images as a dataset: classes are identities, by rising number. Junk is left out, since it is right and wrong for nobody; distractors belong
    /// to no class.
    /// </summary>
    /// <param name="name">Name of the dataset.</param>
    /// <param name="images">The images.</param>
    /// <param name="source">Where they come from.</param>
    public static ImageDataset ToDataset(string name, IReadOnlyList<ReidentificationImage> images, string source)
    {
        int[] identities = [.. images.Select(image => image.Name.Identity).Where(identity => identity > ReidentificationName.Distractor).Distinct().Order()];
        var items = new List<ImageItem>(images.Count);
        foreach (var (path, (identity, camera)) in images.Where(image => image.Name.Identity != ReidentificationName.Junk))
        {
            var label = identity == ReidentificationName.Distractor ? ImageItem.Unknown : Array.BinarySearch(identities, identity);
            items.Add(new ImageItem(path, label, label, Camera: camera));
        }
        return new ImageDataset(name, items, [.. identities.Select(identity => $"{identity:D4}")], $"{source}, {items.Count} images of {identities.Length} identities");
    }
}
