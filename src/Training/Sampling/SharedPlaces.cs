using Retrieval.Datasets.Places;

namespace Retrieval.Training.Sampling;

/// <summary>Tells the tuples of a batch apart that surely show different places.</summary>
internal static class SharedPlaces
{
    /// <summary>A number for each tuple, from 0. Two tuples have different ones only where query and positive of the one lie beyond <see cref="PlaceDataset.TestRadius"/> of those of the other.</summary>
    /// <param name="tuples">Where query and positive of each tuple were taken.</param>
    public static int[] Number(IReadOnlyList<(PlaceImage Query, PlaceImage Positive)> tuples)
    {
        int[] numbers = [.. Enumerable.Range(0, tuples.Count)];
        for (var i = 1; i < tuples.Count; i++)
            for (var j = 0; j < i; j++)
                if (numbers[i] != numbers[j] && MayShare(tuples[i], tuples[j]))
                    numbers = Array.ConvertAll(numbers, number => number == numbers[i] ? numbers[j] : number);
        return numbers;
    }

    private static bool MayShare((PlaceImage Query, PlaceImage Positive) a, (PlaceImage Query, PlaceImage Positive) b) =>
        IsNear(a.Query, b.Query) || IsNear(a.Query, b.Positive) || IsNear(a.Positive, b.Query) || IsNear(a.Positive, b.Positive);

    private static bool IsNear(PlaceImage a, PlaceImage b) => a.SquaredDistance(b) <= PlaceDataset.TestRadius * PlaceDataset.TestRadius;
}
