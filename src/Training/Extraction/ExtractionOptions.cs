namespace Retrieval.Training.Extraction;

/// <summary>How descriptors are extracted.</summary>
/// <param name="BatchSize">Most images in one forward pass; only images of one size share a pass.</param>
/// <param name="LoaderThreads">Threads that decode beside the computation.</param>
public sealed record ExtractionOptions(int BatchSize = 8, int LoaderThreads = 2)
{
    /// <summary>Factors of the image's size whose descriptors are combined.</summary>
    public IReadOnlyList<float> Scales { get; init; } = [1];

    /// <summary>Whether the model's whitening is applied.</summary>
    public bool Whiten { get; init; } = true;

    /// <summary>Whether descriptors come out of unit length; class centroids are means of those that do not.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Scores of the model's classes in place of descriptors; scales and whitening then do not matter.</summary>
    public bool ClassScores { get; init; }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (BatchSize is < 1 or > 4096)
            throw new ArgumentException($"batch size: expected 1 to 4096, got {BatchSize}");
        if (LoaderThreads is < 1 or > 256)
            throw new ArgumentException($"loader threads: expected 1 to 256, got {LoaderThreads}");
        if (Scales.Count is < 1 or > 16 || Scales.Any(scale => !(scale is >= 0.05f and <= 8)))
            throw new ArgumentException($"scales: expected 1 to 16 factors from 0.05 to 8, got [{string.Join(", ", Scales)}]");
    }
}
