using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Search against a full sort of scores in double precision. Values are small integers, so that scores are exact and ties abound.</summary>
public sealed class TopKTests : OperatorTests
{
    /// <summary>Q, N, D, k.</summary>
    public static TheoryData<int, int, int, int> Sizes { get; } = new()
    {
        { 1, 1, 1, 1 },
        { 1, 100, 33, 10 },
        { 1, 5003, 17, 100 },
        { 3, 31, 32, 31 },
        { 5, 32, 31, 50 },
        { 16, 997, 64, 10 },
        { 33, 4100, 8, 7 },
        { 70, 9001, 4, 300 },
        { 20, 6000, 3, 6000 },
        { 4, 0, 5, 3 },
        { 0, 7, 5, 3 },
    };

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Finds_the_best(DeviceName on, int queryCount, int rowCount, int dimension, int k)
    {
        Open(on);
        float[] q = Integers((long)queryCount * dimension, 1), x = Integers((long)rowCount * dimension, 2);
        foreach (var metric in Enum.GetValues<SearchMetric>())
        {
            var expected = FullSort(q, x, queryCount, rowCount, dimension, k, metric, firstRow: 1L << 40);
            Assert.Equal(expected, Search(Device, q, x, queryCount, rowCount, dimension, k, metric, [rowCount], 1L << 40));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Number_of_threads_changes_nothing(int queryCount, int rowCount, int dimension, int k)
    {
        float[] q = Integers((long)queryCount * dimension, 1), x = Integers((long)rowCount * dimension, 2);
        var expected = FullSort(q, x, queryCount, rowCount, dimension, k, SearchMetric.SquaredEuclidean, firstRow: 0);
        foreach (var threads in new[] { 1, 3 })
        {
            using var device = Device.OpenCpu(threads);
            Assert.Equal(expected, Search(device, q, x, queryCount, rowCount, dimension, k, SearchMetric.SquaredEuclidean, [rowCount], 0));
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Sizes))]
    public void Merges_a_database_in_pieces(DeviceName on, int queryCount, int rowCount, int dimension, int k)
    {
        Open(on);
        float[] q = Integers((long)queryCount * dimension, 1), x = Integers((long)rowCount * dimension, 2);
        var expected = FullSort(q, x, queryCount, rowCount, dimension, k, SearchMetric.InnerProduct, firstRow: 0);
        int first = rowCount / 3, second = (rowCount - first) / 2;
        Assert.Equal(expected, Search(Device, q, x, queryCount, rowCount, dimension, k, SearchMetric.InnerProduct, [first, second, rowCount - first - second], 0));
    }

    /// <summary>Enough rows that a GPU scores them in several tiles and sorts out candidates in between; the best stand last, so that every tile has some.</summary>
    [DeviceTheory]
    [InlineData(1, 10)]
    [InlineData(1, 10000)]
    [InlineData(65, 10, Traits = [UnwatchedAttribute.Name, UnwatchedAttribute.Value])]
    public void Finds_the_best_of_many_tiles(DeviceName on, int queryCount, int k)
    {
        Open(on);
        const int rowCount = 150_001;
        var q = Enumerable.Range(0, queryCount).Select(i => i % 2 == 0 ? 1f : -1f).ToArray();
        // Rising with ties of three: the better the later, but for equal ones.
        var x = Enumerable.Range(0, rowCount).Select(row => (float)(row / 3)).ToArray();
        var expected = FullSort([1, -1], x, 2, rowCount, 1, k, SearchMetric.InnerProduct, firstRow: 0).Chunk(k).ToArray();
        var found = Search(Device, q, x, queryCount, rowCount, 1, k, SearchMetric.InnerProduct, [rowCount], 0).Chunk(k).ToArray();
        for (var i = 0; i < queryCount; i++)
            Assert.Equal(expected[i % 2], found[i]);
    }

    [DeviceTheory]
    public void Rows_that_are_all_alike_rank_by_number(DeviceName on)
    {
        Open(on);
        const int rowCount = 20_011, k = 1000;
        var x = new float[rowCount];
        Array.Fill(x, 0.5f);
        var found = Search(Device, [3], x, 1, rowCount, 1, k, SearchMetric.InnerProduct, [rowCount], 0);
        Assert.Equal(Enumerable.Range(0, k).Select(row => (1.5f, (long)row)), found);
    }

    [DeviceTheory]
    public void Scores_that_are_no_number_rank_last(DeviceName on)
    {
        Open(on);
        float[] q = [1, 2], x = [1, 1, float.NaN, 0, -5, -5, 2, 2, 0, float.NaN];
        var found = Search(Device, q, x, 1, 5, 2, 6, SearchMetric.InnerProduct, [5], 0);
        Assert.Equal([3L, 0, 2, 1, 4, -1], found.Select(item => item.Row));
        Assert.Equal([6, 3, -15, float.NaN, float.NaN, float.NegativeInfinity], found.Select(item => item.Score));
    }

    [DeviceTheory]
    public void Infinite_scores_rank_first_and_last_and_zeros_alike(DeviceName on)
    {
        Open(on);
        float[] x = [0, -0f, float.NegativeInfinity, 1, float.PositiveInfinity, -1, -0f];
        var found = Search(Device, [1], x, 1, 7, 1, 7, SearchMetric.InnerProduct, [3, 4], 0);
        Assert.Equal([4L, 3, 0, 1, 6, 5, 2], found.Select(item => item.Row));
        Assert.Equal([float.PositiveInfinity, 1, 0, 0, 0, -1, float.NegativeInfinity], found.Select(item => item.Score));
    }

    [DeviceTheory]
    public void A_row_scores_alike_wherever_it_stands(DeviceName on)
    {
        Open(on);
        const int queryCount = 37, rowCount = 8191, dimension = 96;
        float[] q = Reference.Random(queryCount * dimension, 3), x = Reference.Random(rowCount * dimension, 4);
        var whole = Search(Device, q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, [rowCount], 0);
        Assert.Equal(whole, Search(Device, q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, [1, 4999, 3191], 0));
        var alone = Search(Device, q[..dimension], x, 1, rowCount, dimension, 50, SearchMetric.InnerProduct, [rowCount], 0);
        Assert.Equal(whole[..50], alone);
    }

    [Fact]
    public void A_row_scores_alike_with_any_number_of_threads()
    {
        const int queryCount = 5, rowCount = 4099, dimension = 96;
        float[] q = Reference.Random(queryCount * dimension, 3), x = Reference.Random(rowCount * dimension, 4);
        var expected = Search(Device, q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, [rowCount], 0);
        foreach (var threads in new[] { 1, 3 })
        {
            using var device = Device.OpenCpu(threads);
            Assert.Equal(expected, Search(device, q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, [rowCount], 0));
        }
    }

    private static float[] Integers(long count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.Next(-3, 4);
        return values;
    }

    private static (float Score, long Row)[] FullSort(float[] q, float[] x, int queryCount, int rowCount, int dimension, int k, SearchMetric metric, long firstRow)
    {
        var result = new List<(float, long)>();
        for (var i = 0; i < queryCount; i++)
        {
            var scored = Enumerable.Range(0, rowCount).Select(row =>
            {
                double score = 0;
                for (var d = 0; d < dimension; d++)
                {
                    double left = q[(i * dimension) + d], right = x[(row * dimension) + d];
                    score += metric == SearchMetric.InnerProduct ? left * right : -(left - right) * (left - right);
                }
                return (Score: (float)score, Row: firstRow + row);
            });
            result.AddRange(scored.OrderByDescending(item => item.Score).ThenBy(item => item.Row).Take(k));
            for (var missing = rowCount; missing < k; missing++)
                result.Add((float.NegativeInfinity, -1));
        }
        return [.. result];
    }

    private static (float Score, long Row)[] Search(
        Device device, float[] q, float[] x, int queryCount, int rowCount, int dimension, int k, SearchMetric metric, int[] pieces, long firstRow)
    {
        using var queries = new GuardedTensor(device, new Shape(queryCount, dimension), q);
        using var database = new GuardedTensor(device, new Shape(rowCount, dimension), x);
        using var norms = new GuardedTensor(device, new Shape(rowCount), [.. Enumerable.Range(0, rowCount).Select(row => x.AsSpan(row * dimension, dimension).ToArray().Sum(value => value * value))]);
        using var scores = new GuardedTensor(device, new Shape(queryCount, k));
        var rows = device.Rent(new Shape(queryCount, k), ElementType.Int64);
        var first = 0;
        foreach (var piece in pieces)
        {
            var norm = metric == SearchMetric.SquaredEuclidean ? norms.Tensor.Slice(first, piece) : Tensor.None;
            device.Operators.TopK(queries.Tensor, database.Tensor.Slice(first, piece), norm, metric, scores.Tensor, rows, firstRow + first, merge: first > 0);
            first += piece;
        }
        var found = rows.ToArray<long>();
        device.Return(rows);
        return [.. scores.Values().Zip(found)];
    }
}
