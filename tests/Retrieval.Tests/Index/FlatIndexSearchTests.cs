using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>The answer is that of a float64 scan: same ids in the same order, scores to the last bit of float32.</summary>
[Unwatched]
public sealed class FlatIndexSearchTests : OperatorTests
{
    public static TheoryData<int, int, int, int, SearchMetric> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int, int, int, SearchMetric>();
            foreach (var metric in Enum.GetValues<SearchMetric>())
            {
                foreach (var dimension in new[] { 1, 31, 33, 512 })
                {
                    sizes.Add(0, dimension, 2, 3, metric);
                    sizes.Add(1, dimension, 2, 3, metric);
                    sizes.Add(997, dimension, 5, 10, metric);
                }
                sizes.Add(3001, 32, 1, 100, metric);
                sizes.Add(3001, 32, 3, 2000, metric);
                sizes.Add(500, 16, 2, 5000, metric);
                sizes.Add(500, 16, 0, 5, metric);
            }
            return sizes;
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Finds_what_a_float64_scan_finds(DeviceName on, int count, int dimension, int queryCount, int k, SearchMetric metric)
    {
        Open(on);
        float[] descriptors = Fixture.Normals(1, count, dimension), queries = Fixture.Normals(2, queryCount, dimension);
        var ids = Fixture.ShuffledIds(3, count);
        using var index = Fixture.Build(Device, descriptors, dimension, metric, ids);
        Check(index, descriptors, queries, k, ids);
    }

    [DeviceTheory]
    [InlineData(SearchMetric.InnerProduct)]
    [InlineData(SearchMetric.SquaredEuclidean)]
    public void Resolves_scores_that_float32_cannot_tell_apart(DeviceName on, SearchMetric metric)
    {
        Open(on);
        // Copies of one vector, each with one element moved by one unit in the last place: true scores differ by about
        // 1e-9, float32 sums by far more than that and in any order.
        const int count = 4000, dimension = 257;
        var descriptors = new float[count * dimension];
        var centre = Fixture.Normals(4, 1, dimension);
        var random = new Random(5);
        for (var row = 0; row < count; row++)
        {
            centre.CopyTo(descriptors, row * dimension);
            ref var moved = ref descriptors[(row * dimension) + random.Next(dimension)];
            moved = random.Next(3) switch { 0 => MathF.BitIncrement(moved), 1 => MathF.BitDecrement(moved), _ => moved };
        }
        using var index = Fixture.Build(Device, descriptors, dimension, metric);
        Check(index, descriptors, Fixture.Normals(6, 4, dimension), 25, null);
    }

    [DeviceTheory]
    [InlineData(SearchMetric.InnerProduct)]
    [InlineData(SearchMetric.SquaredEuclidean)]
    public void Breaks_ties_of_duplicates_by_id(DeviceName on, SearchMetric metric)
    {
        Open(on);
        // Every descriptor occurs 300 times, far more often than there are spare proposals.
        const int count = 6000, dimension = 8;
        var distinct = Fixture.SmallIntegers(7, 20, dimension);
        var descriptors = Enumerable.Range(0, count).SelectMany(row => distinct.AsSpan(row % 20 * dimension, dimension).ToArray()).ToArray();
        var ids = Fixture.ShuffledIds(8, count);
        using var index = Fixture.Build(Device, descriptors, dimension, metric, ids);
        Check(index, descriptors, Fixture.SmallIntegers(9, 6, dimension), 7, ids);
        Check(index, descriptors, Fixture.SmallIntegers(9, 6, dimension), 301, ids);
    }

    [DeviceTheory]
    [InlineData(1e30f, SearchMetric.InnerProduct)]
    [InlineData(1e30f, SearchMetric.SquaredEuclidean)]
    [InlineData(1e-30f, SearchMetric.InnerProduct)]
    [InlineData(1e-30f, SearchMetric.SquaredEuclidean)]
    public void Survives_values_beyond_the_range_of_float32_products(DeviceName on, float scale, SearchMetric metric)
    {
        Open(on);
        const int count = 700, dimension = 24;
        var descriptors = Fixture.Normals(10, count, dimension).Select(value => value * scale).ToArray();
        var queries = Fixture.Normals(11, 3, dimension).Select(value => value * scale).ToArray();
        using var index = Fixture.Build(Device, descriptors, dimension, metric);
        var found = index.Search(queries, 5);
        for (var query = 0; query < 3; query++)
            Assert.Equal(Fixture.Scan(descriptors, queries.AsSpan(query * dimension, dimension), 5, metric).Ids, found.IdsOf(query).ToArray());
    }

    [DeviceTheory]
    public void Searches_pieces_and_small_workspaces_alike(DeviceName on)
    {
        Open(on);
        const int count = 2500, dimension = 20;
        float[] descriptors = Fixture.SmallIntegers(12, count, dimension), queries = Fixture.SmallIntegers(13, 12, dimension);
        using var builder = new FlatIndexBuilder(Device, dimension, SearchMetric.SquaredEuclidean);
        for (var row = 0; row < count; row += 500)
        {
            // A reserve that does not hold what comes ends one piece of memory and begins another.
            builder.Reserve(185);
            builder.Add(descriptors.AsSpan(row * dimension, 185 * dimension));
            builder.Reserve(315);
            builder.Add(descriptors.AsSpan((row + 185) * dimension, 315 * dimension));
        }
        using var index = builder.Build();
        Check(index, descriptors, queries, 30, null);
        Check(index, descriptors, queries, 30, null, new SearchOptions { WorkspaceByteCount = 1 });
    }

    [DeviceTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(1500)]
    [InlineData(2999)]
    [InlineData(3000)]
    public void Returns_only_rows_that_the_filter_allows(DeviceName on, int allowedCount)
    {
        Open(on);
        const int count = 3000, dimension = 12, k = 50;
        float[] descriptors = Fixture.SmallIntegers(14, count, dimension), queries = Fixture.SmallIntegers(15, 5, dimension);
        using var index = Fixture.Build(Device, descriptors, dimension);
        var rows = Enumerable.Range(0, count).ToArray();
        new Random(16).Shuffle(rows);
        var filter = new RowFilter(count);
        foreach (var row in rows.Take(allowedCount))
            filter[row] = true;
        Assert.Equal(allowedCount, filter.AllowedCount);
        var found = index.Search(queries, k, new SearchOptions { Filter = filter });
        Assert.Equal(Math.Min(k, allowedCount), found.ResultCount);
        for (var query = 0; query < 5; query++)
            Assert.Equal(Fixture.Scan(descriptors, queries.AsSpan(query * dimension, dimension), k, index.Metric, null, row => filter[row]).Ids, found.IdsOf(query).ToArray());
    }

    [DeviceTheory]
    public void Fills_up_when_there_are_fewer_rows_than_wanted(DeviceName on)
    {
        Open(on);
        using var index = Fixture.Build(Device, [1, 0, 0, 1], 2);
        long[] ids = new long[6];
        var scores = new float[6];
        Assert.Equal(2, index.Search([2f, 1, 1, 2], 3, ids, scores));
        Assert.Equal([0, 1, -1, 1, 0, -1], ids);
        Assert.Equal([2, 1, float.NegativeInfinity, 2, 1, float.NegativeInfinity], scores);
    }

    [DeviceTheory]
    public void Refuses_what_it_cannot_search(DeviceName on)
    {
        Open(on);
        using var index = Fixture.Build(Device, [1, 0, 0, 1], 2);
        Assert.Contains("2 dimensions", Assert.Throws<ArgumentException>(() => index.Search([1f, 2, 3], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("query 1", Assert.Throws<ArgumentException>(() => index.Search([1f, 2, 3, float.NaN], 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1f, 2], 0));
        Assert.Throws<ArgumentException>(() => index.Search([1f, 2], 1, new SearchOptions { Filter = new RowFilter(3) }));
        Assert.Throws<ArgumentException>(() => index.Search([1f, 2], 1, new SearchOptions { WorkspaceByteCount = 0 }));
        Assert.Throws<ArgumentException>(() => index.Search([1f, 2], 2, new long[2], new float[1]));
    }

    private static void Check(FlatIndex index, float[] descriptors, float[] queries, int k, long[]? ids, SearchOptions? options = null)
    {
        var found = index.Search(queries, k, options);
        Assert.Equal((queries.Length / index.Dimension, (int)Math.Min(k, index.Count)), (found.QueryCount, found.ResultCount));
        for (var query = 0; query < found.QueryCount; query++)
        {
            var expected = Fixture.Scan(descriptors, queries.AsSpan(query * index.Dimension, index.Dimension), k, index.Metric, ids);
            Assert.Equal(expected.Ids, found.IdsOf(query).ToArray());
            for (var i = 0; i < found.ResultCount; i++)
                Assert.Equal(expected.Scores[i], found.ScoresOf(query)[i], Math.Abs(expected.Scores[i]) * 1e-7);
        }
    }
}
