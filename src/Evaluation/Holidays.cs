using Retrieval.Evaluation.GroundTruths;

namespace Retrieval.Evaluation;

/// <summary>The INRIA Holidays protocol: an image's number tells its group and whether it is the group's query.</summary>
public static class Holidays
{
    private const int GroupSpan = 100;

    /// <summary>Database indices of the queries: images whose number ends in 00.</summary>
    public static int[] QueryIndices(IReadOnlyList<int> imageNumbers) =>
        [.. Enumerable.Range(0, imageNumbers.Count).Where(index => imageNumbers[index] % GroupSpan == 0)];

    /// <summary>Positives are the other images of the query's group; the query's own entry is ignored.</summary>
    /// <param name="imageNumbers">As in the file names, such as 100401 for the second image of group 1004.</param>
    public static LabelGroundTruth GroundTruth(IReadOnlyList<int> imageNumbers) =>
        LabelGroundTruth.LeaveOneOut([.. imageNumbers.Select(number => number / GroupSpan)], QueryIndices(imageNumbers));
}
