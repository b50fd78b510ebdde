namespace Retrieval.Datasets.Reconstructions;

/// <summary>How much of what a query shows another view shows too.</summary>
/// <param name="CommonPoints">|P(i) ∩ P(q)|: the 3-D points that both views show.</param>
/// <param name="Overlap">|P(i) ∩ P(q)| / |P(q)|: the share of the query's points that the other view shows, 0 to 1.</param>
/// <param name="ScaleChange">
/// Ratio of the sizes at which the two views show their common points (the median), at least 1; infinite without common
/// points.
/// </param>
public readonly record struct CoVisibility(int CommonPoints, double Overlap, double ScaleChange)
{
    /// <summary>Whether the pair counts as easy in the ground truth: much in common, at a similar size.</summary>
    public bool IsEasy => Overlap >= 0.4 && ScaleChange < 1.5;

    /// <summary>Whether the pair has next to nothing in common and is left out of the ground truth.</summary>
    public bool IsJunk => Overlap < 0.05;

    /// <summary>Compares two views by their points; it is not symmetric, as the share is the query's.</summary>
    public static CoVisibility Between(ObservedPoints query, ObservedPoints other)
    {
        int[] mine = query.Ids, theirs = other.Ids;
        var ratios = new double[Math.Min(mine.Length, theirs.Length)];
        var common = 0;
        for (int i = 0, j = 0; i < mine.Length && j < theirs.Length;)
        {
            if (mine[i] == theirs[j])
                ratios[common++] = (double)other.Scales[j++] / query.Scales[i++];
            else if (mine[i] < theirs[j])
                i++;
            else
                j++;
        }
        if (common == 0)
            return new(0, 0, double.PositiveInfinity);
        Array.Sort(ratios, 0, common);
        var median = 0.5 * (ratios[(common - 1) / 2] + ratios[common / 2]);
        return new(common, (double)common / mine.Length, Math.Max(median, 1 / median));
    }

    /// <summary>The rule m3 for hard positives ("Fine-tuning CNN image retrieval with no human annotation"): enough in common, at no too different size.</summary>
    /// <param name="overlap">The share of the query's points must be above this; 0.2 in the paper.</param>
    /// <param name="scaleChange">The change of scale must be below this; 1.5 in the paper.</param>
    public bool IsRelaxedPositive(double overlap, double scaleChange) => Overlap > overlap && ScaleChange < scaleChange;
}
