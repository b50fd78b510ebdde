namespace Retrieval.Datasets.Readers.Reidentification;

/// <summary>An image of a re-identification set.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Name">What its name tells.</param>
public readonly record struct ReidentificationImage(string Path, ReidentificationName Name);
