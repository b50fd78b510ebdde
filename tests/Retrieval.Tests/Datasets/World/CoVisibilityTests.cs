using Retrieval.Datasets.Reconstructions;
using Retrieval.Datasets.World;
using Xunit;

namespace Retrieval.Tests.Datasets.World;

public sealed class CoVisibilityTests
{
    private static readonly GeneratedWorld World = GeneratedWorld.Create(new WorldOptions
    {
        Landmarks = 6, ViewsPerLandmark = 8, Distractors = 5, ImageWidth = 64, ImageHeight = 64, Difficulty = 0.8, Seed = 4,
    });

    [Fact]
    public void Shares_and_scales_are_those_of_the_common_points()
    {
        var query = new ObservedPoints([1, 4, 5, 9], [10, 10, 20, 10]);
        var other = new ObservedPoints([0, 4, 5, 9, 11], [7, 20, 50, 35, 7]);
        Assert.Equal(new CoVisibility(3, 0.75, 2.5), CoVisibility.Between(query, other));
        Assert.Equal(new CoVisibility(3, 0.6, 2.5), CoVisibility.Between(other, query));
        Assert.Equal(new CoVisibility(4, 1, 1), CoVisibility.Between(query, query));
        Assert.Equal(new CoVisibility(0, 0, double.PositiveInfinity), CoVisibility.Between(query, new ObservedPoints([2, 3], [1, 1])));
        Assert.Equal(new CoVisibility(0, 0, double.PositiveInfinity), CoVisibility.Between(new ObservedPoints([], []), query));
    }

    [Theory]
    [InlineData(0.21, 1.49, true)]
    [InlineData(0.2, 1.49, false)]
    [InlineData(0.21, 1.5, false)]
    public void A_relaxed_positive_is_above_one_threshold_and_below_the_other(double overlap, double scaleChange, bool expected) =>
        Assert.Equal(expected, new CoVisibility(21, overlap, scaleChange).IsRelaxedPositive(0.2, 1.5));

    [Fact]
    public void Common_points_and_scale_change_do_not_depend_on_who_asks()
    {
        foreach (var a in World.Views)
            foreach (var b in World.Positives(a.Index).Select(index => World.Views[index]))
            {
                var (there, back) = (CoVisibility.Between(a.Points, b.Points), CoVisibility.Between(b.Points, a.Points));
                Assert.Equal(there.CommonPoints, back.CommonPoints);
                Assert.Equal((double)there.CommonPoints / a.Points.Count, there.Overlap);
                if (there.Overlap > 0)
                    Assert.Equal(there.ScaleChange, back.ScaleChange, 0.02 * there.ScaleChange);
                Assert.True(there.ScaleChange >= 1);
            }
    }

    [Fact]
    public void Split_keeps_landmarks_and_roles_apart()
    {
        var split = WorldSplit.Of(World, testLandmarks: 4, queriesPerLandmark: 2);
        Assert.Equal(Enumerable.Range(0, 16), split.Training);
        Assert.Equal([16, 17, 24, 25, 32, 33, 40, 41], split.Queries);
        Assert.Equal(4 * 6 + 5, split.Database.Count);
        Assert.Equal(Enumerable.Range(0, World.Options.ImageCount), split.Training.Concat(split.Queries).Concat(split.Database).Order());
        Assert.Empty(split.Training.Select(Cluster).Intersect(split.Queries.Concat(split.Database).Select(Cluster)));

        for (var query = 0; query < split.Queries.Count; query++)
        {
            var view = World.Views[split.Queries[query]];
            int[] answers = [.. split.Easy[query], .. split.Hard[query], .. split.Junk[query]];
            Assert.Equal(Enumerable.Range(0, split.Database.Count).Where(place => Cluster(split.Database[place]) == view.Cluster), answers.Order());
            foreach (var (list, rule) in new (IReadOnlyList<int>, Func<CoVisibility, bool>)[]
            {
                (split.Easy[query], pair => pair.Overlap >= 0.4 && pair.ScaleChange < 1.5),
                (split.Hard[query], pair => pair.Overlap >= 0.05 && (pair.Overlap < 0.4 || pair.ScaleChange >= 1.5)),
                (split.Junk[query], pair => pair.Overlap < 0.05),
            })
                Assert.All(list, place => Assert.True(rule(CoVisibility.Between(view.Points, World.Views[split.Database[place]].Points))));
        }
        Assert.All((IReadOnlyList<IReadOnlyList<int>>[])[split.Easy, split.Hard], lists => Assert.True(lists.Sum(list => list.Count) > 5));
        Assert.Equal((8, 29), (split.GroundTruth().QueryCount, split.GroundTruth().DatabaseCount));

        int Cluster(int view) => World.Views[view].Cluster;
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 8)]
    public void Impossible_splits_are_refused(int testLandmarks, int queriesPerLandmark) =>
        Assert.Contains("must lie between 1 and", Assert.Throws<ArgumentOutOfRangeException>(() => WorldSplit.Of(World, testLandmarks, queriesPerLandmark)).Message);
}
