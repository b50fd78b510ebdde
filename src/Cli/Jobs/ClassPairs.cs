using Retrieval.Imaging;

namespace Retrieval.Cli.Jobs;

/// <summary>Pairs of images that a whitening is learnt from: matching ones share a label, non-matching ones do not.</summary>
internal static class ClassPairs
{
    private const ulong MatchingStream = 1, NonMatchingStream = 2;

    /// <summary>All pairs of images of one class where there are at most <paramref name="limit"/>, else so many of them drawn from the seed, each at most once.</summary>
    /// <param name="labels">The label of each image.</param>
    /// <param name="limit">Most pairs.</param>
    /// <param name="seed">Where randomness comes from.</param>
    public static List<(int Query, int Positive)> Matching(IReadOnlyList<int> labels, int limit, ulong seed)
    {
        var classes = Enumerable.Range(0, labels.Count).GroupBy(image => labels[image]).Select(members => members.ToArray()).ToArray();
        var total = classes.Sum(PairCount);
        IEnumerable<long> wanted = total <= limit ? Numbers(total) : Draw(total, limit, new SeededRandom(seed, MatchingStream));
        var pairs = new List<(int, int)>();
        var (current, start) = (0, 0L);
        foreach (var number in wanted)
        {
            while (number - start >= PairCount(classes[current]))
                start += PairCount(classes[current++]);
            pairs.Add(Pair(classes[current], number - start));
        }
        return pairs;
    }

    /// <summary>Pairs of images of different classes, drawn from the seed.</summary>
    /// <exception cref="ArgumentException">There is only one class.</exception>
    public static List<(int First, int Second)> NonMatching(IReadOnlyList<int> labels, int count, ulong seed)
    {
        if (labels.All(label => label == labels[0]))
            throw new ArgumentException("non-matching pairs need images of at least two classes");
        var random = new SeededRandom(seed, NonMatchingStream);
        var pairs = new List<(int, int)>(count);
        while (pairs.Count < count)
        {
            int first = random.Next(labels.Count), second = random.Next(labels.Count);
            if (labels[first] != labels[second])
                pairs.Add((first, second));
        }
        return pairs;
    }

    private static long PairCount(int[] members) => (long)members.Length * (members.Length - 1) / 2;

    /// <summary>Pair number n of a class: (0, 1), (0, 2), (1, 2), (0, 3), ... Either image is the query in turn, as the mean is that of queries.</summary>
    private static (int Query, int Positive) Pair(int[] members, long number)
    {
        var second = (long)((1 + Math.Sqrt(1 + (8.0 * number))) / 2);
        // The root may be off by one where its argument has been rounded.
        if (second * (second - 1) / 2 > number)
            second--;
        else if (second * (second + 1) / 2 <= number)
            second++;
        var first = number - (second * (second - 1) / 2);
        return number % 2 == 0 ? (members[first], members[second]) : (members[second], members[first]);
    }

    private static IEnumerable<long> Numbers(long count)
    {
        for (long number = 0; number < count; number++)
            yield return number;
    }

    private static SortedSet<long> Draw(long total, int count, SeededRandom random)
    {
        var drawn = new SortedSet<long>();
        // Of the last numbers, each joins or, where what was drawn is in already, takes its place: every choice is equally likely (Floyd).
        for (var bound = total - count; bound < total; bound++)
            if (!drawn.Add((long)(random.NextDouble() * (bound + 1))))
                drawn.Add(bound);
        return drawn;
    }
}
