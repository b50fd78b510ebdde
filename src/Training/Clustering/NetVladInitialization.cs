namespace Retrieval.Training.Clustering;

/// <summary>What NetVLAD's start is learnt from.</summary>
/// <param name="Images">Images that are drawn; all that exist when there are fewer.</param>
/// <param name="LocationsPerImage">Local descriptors that are drawn of each image; all of a smaller map.</param>
/// <param name="Iterations">Most rounds of k-means.</param>
public sealed record NetVladInitialization(int Images = 500, int LocationsPerImage = 100, int Iterations = 25)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (Images is < 1 or > 1_000_000)
            throw new ArgumentException($"images to cluster: expected 1 to 1000000, got {Images}");
        if (LocationsPerImage is < 1 or > 100_000)
            throw new ArgumentException($"locations of an image: expected 1 to 100000, got {LocationsPerImage}");
    }
}
