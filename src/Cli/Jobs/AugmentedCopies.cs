using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Host;

namespace Retrieval.Cli.Jobs;

/// <summary>How well augmented copies of images find each other.</summary>
internal static class AugmentedCopies
{
    private const int QueryTile = 256;

    /// <summary>How many of the first answers to a copy are copies of the same image, itself included: 1 to the number of copies, as UKBench counts.</summary>
    /// <param name="device">Where the search runs.</param>
    /// <param name="descriptors">[images x copies, D], the copies of an image one after another.</param>
    /// <param name="images">Images.</param>
    /// <param name="copies">Copies of each.</param>
    public static double Found(Device device, float[] descriptors, int images, int copies)
    {
        var dimension = descriptors.Length / (images * copies);
        using var index = BenchmarkScorer.Build(device, descriptors, dimension);
        int[] labels = [.. Enumerable.Range(0, images * copies).Select(row => row / copies)];
        var evaluator = new RankingEvaluator(LabelGroundTruth.Between(labels, labels), new ScoringRules { PrecisionAt = [copies] });
        for (var first = 0; first < labels.Length; first += QueryTile)
        {
            var count = Math.Min(QueryTile, labels.Length - first);
            evaluator.AddRows(first, index.Search(descriptors.AsSpan(first * dimension, count * dimension).ToArray(), copies).Ids, copies);
        }
        return copies * evaluator.Figures(new Protocol("augmented copies", "")).MeanPrecision[0];
    }
}
