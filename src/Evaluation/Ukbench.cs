using Retrieval.Evaluation.GroundTruths;

namespace Retrieval.Evaluation;

/// <summary>The UKBench protocol: objects photographed four times each, in consecutive images.</summary>
public static class Ukbench
{
    public const int GroupSize = 4;

    public static ScoringRules Rules { get; } = new() { PrecisionAt = [GroupSize], RecallAt = [GroupSize] };

    /// <summary>Every image is a query, and its own entry counts as a right answer.</summary>
    /// <param name="imageCount">A multiple of 4.</param>
    /// <exception cref="ArgumentException">The last group is not whole.</exception>
    public static LabelGroundTruth GroundTruth(int imageCount)
    {
        if (imageCount % GroupSize != 0)
            throw new ArgumentException($"UKBench has images in groups of {GroupSize}, got {imageCount} images");
        var labels = new int[imageCount];
        for (var image = 0; image < imageCount; image++)
            labels[image] = image / GroupSize;
        return LabelGroundTruth.Between(labels, labels);
    }

    /// <summary>N-S score: mean number of the query's group among its four nearest images, the query included; 0 to 4.</summary>
    /// <remarks>With four positives the last one never stands before place 4, so precision at 4 always divides by 4.</remarks>
    /// <param name="figures">Figures under <see cref="Rules"/>.</param>
    public static double NsScore(RetrievalFigures figures)
    {
        if (!figures.Rules.PrecisionAt.SequenceEqual(Rules.PrecisionAt))
            throw new ArgumentException("the N-S score needs figures that were scored under Ukbench.Rules");
        return GroupSize * figures.MeanPrecision[0];
    }
}
