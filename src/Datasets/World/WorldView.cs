using Retrieval.Datasets.Reconstructions;

namespace Retrieval.Datasets.World;

/// <summary>One image of a <see cref="GeneratedWorld"/> and what is known about it without rendering it.</summary>
public sealed class WorldView
{
    internal WorldView(int index, int cluster, bool isDistractor, int attempt, CameraPose camera, int[] pointIds, float[] pointScales, QueryBox box)
    {
        Index = index;
        Cluster = cluster;
        IsDistractor = isDistractor;
        Attempt = attempt;
        Camera = camera;
        Points = new ObservedPoints(pointIds, pointScales);
        Box = box;
    }

    /// <summary>Of the image in the world.</summary>
    public int Index { get; }

    /// <summary>The landmark's number; a distractor has a number to itself.</summary>
    public int Cluster { get; }

    /// <summary>Whether no other image shows the same.</summary>
    public bool IsDistractor { get; }

    public CameraPose Camera { get; }

    /// <summary>The landmark's 3-D points that this image shows, with the size of a metre in pixels for each. None for a distractor.</summary>
    public ObservedPoints Points { get; }

    /// <summary>The numbers of <see cref="Points"/>, ascending.</summary>
    public IReadOnlyList<int> VisiblePoints => Points.Ids;

    /// <summary>Around the visible points, in pixels; the whole image for a distractor.</summary>
    public QueryBox Box { get; }

    /// <summary>A file name without extension: the cluster and, within it, the view.</summary>
    public string Name => IsDistractor ? $"distractor_{Index:D6}" : $"{GeneratedWorld.LandmarkName(Cluster)}_{Index:D6}";

    /// <summary>Which draw of standpoint and day showed enough of the landmark.</summary>
    internal int Attempt { get; }
}
