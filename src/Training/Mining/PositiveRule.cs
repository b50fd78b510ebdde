namespace Retrieval.Training.Mining;

/// <summary>Which of a query's candidate positives is taken.</summary>
public enum PositiveRule
{
    /// <summary>A random one; where there are 3-D models, of those that share enough points with the query at a similar scale (TPAMI 2018, m3).</summary>
    Random,

    /// <summary>The nearest by the current descriptors; where there are 3-D models, of the camera's neighbours (m1).</summary>
    Nearest,

    /// <summary>The farthest by the current descriptors, of the same candidates.</summary>
    Farthest,

    /// <summary>Of the camera's neighbours the one with the most 3-D points in common with the query (m2).</summary>
    MostCommon,
}
