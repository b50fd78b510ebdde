using Retrieval.Imaging;
using Retrieval.Training.Data;
using Retrieval.Training.Mining;

namespace Retrieval.Cli.Jobs;

/// <summary>Pairs of images that show the same, for a whitening.</summary>
internal static class MatchingPairs
{
    private const ulong Stream = 4;

    /// <summary>Each training query with one of its candidate positives, drawn from the seed.</summary>
    public static List<(int Query, int Positive)> Draw(TupleDataset data, int seed)
    {
        var random = new SeededRandom((ulong)seed, Stream);
        return [.. PositiveCandidates.Narrow(data.Queries, new MiningOptions()).Select(query => (query.Image, query.Positives[random.Next(query.Positives.Count)]))];
    }
}
