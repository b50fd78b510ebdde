namespace Retrieval.Datasets.World;

/// <summary>What a generated world holds. The same options make the same world and, on machines of the same arithmetic, the same bytes.</summary>
public sealed record WorldOptions
{
    /// <summary>Places with several views each, at least 1.</summary>
    public int Landmarks { get; init; } = 40;

    /// <summary>Views of each landmark, at least 2.</summary>
    public int ViewsPerLandmark { get; init; } = 12;

    /// <summary>Further images that match no other: one view each of other landmarks, or of no landmark.</summary>
    public int Distractors { get; init; }

    /// <summary>In pixels, 16 to 4096.</summary>
    public int ImageWidth { get; init; } = 128;

    /// <summary>In pixels, 16 to 4096.</summary>
    public int ImageHeight { get; init; } = 128;

    /// <summary>3-D points on each landmark, by which views are compared; 16 to 10,000.</summary>
    public int PointsPerLandmark { get; init; } = 256;

    /// <summary>
    /// From 0 (30 degrees to either side of the front, mostly fair light, true colours, nothing in the way) to 1 (60
    /// degrees, scales that differ by 2.5 and more, night, fog, rain, false colours, up to three things in front of the
    /// landmark).
    /// </summary>
    public double Difficulty { get; init; } = 0.3;

    /// <summary>All that is random follows from it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Number of images.</summary>
    public int ImageCount => Landmarks * ViewsPerLandmark + Distractors;

    /// <exception cref="ArgumentException">A value is outside its range; the message names it, the range and the value.</exception>
    public void Validate()
    {
        Check(nameof(Landmarks), Landmarks, 1, 1_000_000);
        Check(nameof(ViewsPerLandmark), ViewsPerLandmark, 2, 10_000);
        Check(nameof(Distractors), Distractors, 0, 10_000_000);
        Check(nameof(ImageWidth), ImageWidth, 16, 4096);
        Check(nameof(ImageHeight), ImageHeight, 16, 4096);
        Check(nameof(PointsPerLandmark), PointsPerLandmark, 16, 10_000);
        if (!(Difficulty >= 0 && Difficulty <= 1))
            throw new ArgumentException($"world: {nameof(Difficulty)} must lie between 0 and 1, but is {Difficulty}");
        if ((long)Landmarks * ViewsPerLandmark + Distractors > 100_000_000)
            throw new ArgumentException($"world: {Landmarks} landmarks x {ViewsPerLandmark} views + {Distractors} distractors is more than 100,000,000 images");
    }

    private static void Check(string name, int value, int low, int high)
    {
        if (value < low || value > high)
            throw new ArgumentException($"world: {name} must lie between {low:N0} and {high:N0}, but is {value:N0}");
    }
}
