namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>A world point X has camera coordinates R X + t (right, down, forward), R being the rotation of a quaternion of any length.</summary>
/// <param name="W">The quaternion's real part.</param>
/// <param name="X">Its first imaginary part.</param>
/// <param name="Y">Its second imaginary part.</param>
/// <param name="Z">Its third imaginary part.</param>
/// <param name="Right">First coordinate of t.</param>
/// <param name="Down">Second coordinate of t.</param>
/// <param name="Forward">Third coordinate of t.</param>
internal readonly record struct ColmapPose(double W, double X, double Y, double Z, double Right, double Down, double Forward)
{
    /// <summary>Whether it is a pose at all.</summary>
    public bool IsValid => SquaredLength > 0 && double.IsFinite(SquaredLength + Right + Down + Forward);

    /// <summary>-Rᵀ t.</summary>
    public CameraCentre Centre
    {
        get
        {
            var (a, b, c) = (RowAt(0), RowAt(1), RowAt(2));
            return new CameraCentre(
                -((a.X * Right) + (b.X * Down) + (c.X * Forward)),
                -((a.Y * Right) + (b.Y * Down) + (c.Y * Forward)),
                -((a.Z * Right) + (b.Z * Down) + (c.Z * Forward)));
        }
    }

    private double SquaredLength => (W * W) + (X * X) + (Y * Y) + (Z * Z);

    /// <summary>How far in front of the camera a point lies.</summary>
    public double DepthOf(double x, double y, double z)
    {
        var row = RowAt(2);
        return (row.X * x) + (row.Y * y) + (row.Z * z) + Forward;
    }

    /// <summary>A row of R.</summary>
    private (double X, double Y, double Z) RowAt(int row)
    {
        var twice = 2 / SquaredLength;
        return row switch
        {
            0 => (1 - (twice * ((Y * Y) + (Z * Z))), twice * ((X * Y) - (W * Z)), twice * ((X * Z) + (W * Y))),
            1 => (twice * ((X * Y) + (W * Z)), 1 - (twice * ((X * X) + (Z * Z))), twice * ((Y * Z) - (W * X))),
            _ => (twice * ((X * Z) - (W * Y)), twice * ((Y * Z) + (W * X)), 1 - (twice * ((X * X) + (Y * Y)))),
        };
    }
}
