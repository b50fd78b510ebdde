namespace Retrieval.Datasets.Reconstructions;

/// <summary>Where a camera stood, in the model's unit of length.</summary>
public readonly record struct CameraCentre(double X, double Y, double Z)
{
    /// <summary>Square of the distance between two cameras.</summary>
    public double SquaredDistance(CameraCentre other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        return (x * x) + (y * y) + (z * z);
    }
}
