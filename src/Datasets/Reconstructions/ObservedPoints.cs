namespace Retrieval.Datasets.Reconstructions;

/// <summary>The 3-D points of a model that one of its images shows: P(i) of the hard-positive rules.</summary>
public sealed class ObservedPoints
{
    /// <param name="ids">The points' numbers in the model, ascending, each once.</param>
    /// <param name="scales">How large the image shows each: focal length over depth, in pixels for a unit of the model's length.</param>
    internal ObservedPoints(int[] ids, float[] scales) => (Ids, Scales) = (ids, scales);

    /// <summary>Number of points.</summary>
    public int Count => Ids.Length;

    internal int[] Ids { get; }

    internal float[] Scales { get; }
}
