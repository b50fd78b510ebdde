namespace Retrieval.Datasets.Places;

/// <summary>A photograph and where it was taken.</summary>
/// <param name="Path">The file.</param>
/// <param name="East">Metres towards the east, in a plane of the set's own (UTM).</param>
/// <param name="North">Metres towards the north.</param>
public readonly record struct PlaceImage(string Path, double East, double North)
{
    /// <summary>Squared distance in square metres.</summary>
    public double SquaredDistance(PlaceImage other)
    {
        double east = East - other.East, north = North - other.North;
        return (east * east) + (north * north);
    }
}
