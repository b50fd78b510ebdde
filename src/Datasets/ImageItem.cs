namespace Retrieval.Datasets;

/// <summary>One image of a dataset: where it lies and what is known of it.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Label">Index into <see cref="ImageDataset.Classes"/>, or <see cref="Unknown"/>.</param>
/// <param name="Cluster">
/// Images of one cluster may show the same thing, so none is a negative of another: the 3-D model, or the class. Or <see cref="Unknown"/>.
/// </param>
/// <param name="Box">The part that a query asks about; null for the whole photograph.</param>
/// <param name="Camera">Number of the camera that took it, or <see cref="Unknown"/>.</param>
public sealed record ImageItem(string Path, int Label = ImageItem.Unknown, int Cluster = ImageItem.Unknown, QueryBox? Box = null, int Camera = ImageItem.Unknown)
{
    public const int Unknown = -1;
}
