namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>A kind of camera: its parameters begin with one or two focal lengths.</summary>
/// <param name="Name">In text files.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="FocalLengths">How many of them are focal lengths.</param>
internal sealed record ColmapCameraModel(string Name, int Parameters, int FocalLengths)
{
    /// <summary>By their number in binary files. Panoramas, which have no focal length, are not among them.</summary>
    private static readonly ColmapCameraModel[] All =
    [
        new("SIMPLE_PINHOLE", 3, 1), new("PINHOLE", 4, 2), new("SIMPLE_RADIAL", 4, 1), new("RADIAL", 5, 1), new("OPENCV", 8, 2), new("OPENCV_FISHEYE", 8, 2),
        new("FULL_OPENCV", 12, 2), new("FOV", 5, 2), new("SIMPLE_RADIAL_FISHEYE", 4, 1), new("RADIAL_FISHEYE", 5, 1), new("THIN_PRISM_FISHEYE", 12, 2),
        new("RAD_TAN_THIN_PRISM_FISHEYE", 16, 2), new("SIMPLE_DIVISION", 4, 1), new("DIVISION", 5, 2), new("SIMPLE_FISHEYE", 3, 1), new("FISHEYE", 4, 2), new("EUCM", 6, 2),
    ];

    public static ColmapCameraModel? Of(int number) => number >= 0 && number < All.Length ? All[number] : null;

    public static ColmapCameraModel? Of(string name) => Array.Find(All, model => model.Name == name);

    /// <summary>The mean of the focal lengths.</summary>
    public double FocalLength(double[] parameters) => parameters.Take(FocalLengths).Average();
}
