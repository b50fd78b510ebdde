using Retrieval.Cli.Jobs;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class ClassPairsTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 200).Select(image => image * image % 17)];

    private static readonly HashSet<(int, int)> AllPairs =
        [.. from first in Enumerable.Range(0, Labels.Length) from second in Enumerable.Range(0, first) where Labels[first] == Labels[second] select (second, first)];

    [Fact]
    public void Few_pairs_are_all_taken_once() =>
        Assert.Equal(AllPairs.Order(), ClassPairs.Matching(Labels, AllPairs.Count, seed: 1).Select(Ordered).Order());

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Of_more_pairs_some_are_drawn_from_the_seed(int limit)
    {
        var pairs = ClassPairs.Matching(Labels, limit, seed: 3);
        Assert.Equal(limit, pairs.Select(Ordered).ToHashSet().Count);
        Assert.All(pairs, pair => Assert.Contains(Ordered(pair), AllPairs));
        Assert.Equal(pairs, ClassPairs.Matching(Labels, limit, seed: 3));
        Assert.NotEqual(pairs, ClassPairs.Matching(Labels, limit, seed: 4));
    }

    [Fact]
    public void Every_pair_is_drawn_equally_often()
    {
        int[] labels = [0, 0, 0, 0, 1, 1, 1];
        var counts = Enumerable.Range(0, 3000).SelectMany(seed => ClassPairs.Matching(labels, 3, (ulong)seed)).CountBy(Ordered).ToArray();
        Assert.Equal(9, counts.Length);
        // 1000 expected of each, with a deviation of 26.
        Assert.All(counts, pair => Assert.InRange(pair.Value, 850, 1150));
    }

    [Fact]
    public void Pairs_of_a_class_of_many_images_are_numbered_without_rounding()
    {
        var pairs = ClassPairs.Matching(new int[200_000], 5000, seed: 1);
        Assert.Equal(5000, pairs.Select(Ordered).ToHashSet().Count);
        Assert.All(pairs, pair => Assert.True(pair.Query != pair.Positive));
    }

    [Fact]
    public void Non_matching_pairs_have_two_labels()
    {
        var pairs = ClassPairs.NonMatching(Labels, 300, seed: 1);
        Assert.Equal(300, pairs.Count);
        Assert.All(pairs, pair => Assert.NotEqual(Labels[pair.First], Labels[pair.Second]));
        Assert.Throws<ArgumentException>(() => ClassPairs.NonMatching([2, 2], 1, seed: 1));
    }

    [Fact]
    public void Images_without_a_partner_give_no_pairs() => Assert.Empty(ClassPairs.Matching([1, 2, 3], 10, seed: 1));

    private static (int, int) Ordered((int First, int Second) pair) => (Math.Min(pair.First, pair.Second), Math.Max(pair.First, pair.Second));
}
