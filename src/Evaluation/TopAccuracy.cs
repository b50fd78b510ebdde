namespace Retrieval.Evaluation;

/// <summary>Top-1 and top-5 accuracy of a classifier: the share of images whose class is the best, or among the five best, by its scores.</summary>
public sealed class TopAccuracy
{
    private const int Few = 5;

    private long _first, _few;

    /// <summary>Images so far.</summary>
    public long Count { get; private set; }

    /// <summary>Share in 0 to 1; not a number without images.</summary>
    public double Top1 => (double)_first / Count;

    /// <summary>Share in 0 to 1; with five classes or fewer always 1.</summary>
    public double Top5 => (double)_few / Count;

    /// <summary>Counts an image. Of equal scores the lower class stands first, and a score that is no number last.</summary>
    /// <param name="scores">A score for each class.</param>
    /// <param name="label">The image's class.</param>
    public void Add(ReadOnlySpan<float> scores, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, scores.Length);
        var own = scores[label];
        var better = 0;
        for (var k = 0; k < scores.Length; k++)
            if (scores[k] > own || (scores[k] == own && k < label) || (float.IsNaN(own) && k != label))
                better++;
        Count++;
        _first += better < 1 ? 1 : 0;
        _few += better < Few ? 1 : 0;
    }
}
