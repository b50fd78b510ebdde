using Retrieval.Datasets.Reconstructions;
using Retrieval.Evaluation.GroundTruths;

namespace Retrieval.Datasets.World;

/// <summary>
/// A world's images divided for training and testing: no landmark is in both, and no query is in the database. All
/// lists hold view indices; the ground truth counts within <see cref="Queries"/> and <see cref="Database"/>.
/// </summary>
public sealed class WorldSplit
{
    private WorldSplit(int[] training, int[] queries, int[] database, int[][] easy, int[][] hard, int[][] junk) =>
        (Training, Queries, Database, Easy, Hard, Junk) = (training, queries, database, easy, hard, junk);

    /// <summary>All views of the training landmarks, in order.</summary>
    public IReadOnlyList<int> Training { get; }

    public IReadOnlyList<int> Queries { get; }

    /// <summary>The other views of the test landmarks, then the distractors.</summary>
    public IReadOnlyList<int> Database { get; }

    /// <summary>For each query the places in <see cref="Database"/> of the answers for which <see cref="CoVisibility.IsEasy"/> holds.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Easy { get; }

    /// <summary>The other right answers.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Hard { get; }

    /// <summary>Views of the query's landmark that show another part of it.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Junk { get; }

    /// <summary>Takes the last landmarks for testing.</summary>
    /// <param name="world">The images.</param>
    /// <param name="testLandmarks">1 to the number of landmarks; what remains is for training.</param>
    /// <param name="queriesPerLandmark">1 to one less than the views of a landmark.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static WorldSplit Of(GeneratedWorld world, int testLandmarks, int queriesPerLandmark = 1)
    {
        var options = world.Options;
        CheckRange(nameof(testLandmarks), testLandmarks, options.Landmarks);
        CheckRange(nameof(queriesPerLandmark), queriesPerLandmark, options.ViewsPerLandmark - 1);
        var trainingCount = (options.Landmarks - testLandmarks) * options.ViewsPerLandmark;
        var (queries, database) = (new List<int>(), new List<int>());
        for (var view = trainingCount; view < options.ImageCount; view++)
        {
            var isQuery = !world.Views[view].IsDistractor && view % options.ViewsPerLandmark < queriesPerLandmark;
            (isQuery ? queries : database).Add(view);
        }

        var (easy, hard, junk) = (new int[queries.Count][], new int[queries.Count][], new int[queries.Count][]);
        var placeOf = database.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        for (var query = 0; query < queries.Count; query++)
        {
            var answers = world.Positives(queries[query]).Where(placeOf.ContainsKey)
                .ToLookup(view => Classify(CoVisibility.Between(world.Views[queries[query]].Points, world.Views[view].Points)), view => placeOf[view]);
            (easy[query], hard[query], junk[query]) = ([.. answers[Answer.Easy]], [.. answers[Answer.Hard]], [.. answers[Answer.Junk]]);
        }
        return new([.. Enumerable.Range(0, trainingCount)], [.. queries], [.. database], easy, hard, junk);
    }

    public RevisitedGroundTruth GroundTruth() => new(Database.Count, Easy, Hard, Junk);

    private static Answer Classify(CoVisibility pair) => pair.IsJunk ? Answer.Junk : pair.IsEasy ? Answer.Easy : Answer.Hard;

    private static void CheckRange(string name, int value, int high)
    {
        if (value < 1 || value > high)
            throw new ArgumentOutOfRangeException(name, $"world split: {name} must lie between 1 and {high}, but is {value}");
    }

    private enum Answer
    {
        Easy,
        Hard,
        Junk,
    }
}
