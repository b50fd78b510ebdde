namespace Retrieval.Training.Mining;

/// <summary>Which of a query's candidate positives is taken.</summary>
public enum PositiveRule
{
    /// <summary>A random one (TPAMI 2018, m3).</summary>
    Random,

    /// <summary>The nearest by the current descriptors (m1).</summary>
    Nearest,

    /// <summary>The farthest by the current descriptors.</summary>
    Farthest,
}
