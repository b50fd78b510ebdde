namespace Retrieval.Datasets.Readers;

/// <summary>A query of a landmark benchmark with its answers, as indices into the database.</summary>
/// <param name="Image">The photograph and the box in it that is asked about.</param>
/// <param name="Easy">Right answers that are easy to find.</param>
/// <param name="Hard">Right answers that are hard to find.</param>
/// <param name="Junk">Images to ignore.</param>
public sealed record LandmarkQuery(ImageItem Image, IReadOnlyList<int> Easy, IReadOnlyList<int> Hard, IReadOnlyList<int> Junk);
