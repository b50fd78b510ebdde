using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Search against a full sort of scores in double precision. Values are small integers, so that scores are exact and ties abound.</summary>
public sealed class TopKTests
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

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Finds_the_best(int queryCount, int rowCount, int dimension, int k)
    {
        float[] q = Integers((long)queryCount * dimension, 1), x = Integers((long)rowCount * dimension, 2);
        foreach (var metric in Enum.GetValues<SearchMetric>())
        {
            var expected = FullSort(q, x, queryCount, rowCount, dimension, k, metric, firstRow: 1L << 40);
            foreach (var threads in new[] { 1, 2, 3 })
                Assert.Equal(expected, Search(q, x, queryCount, rowCount, dimension, k, metric, threads, [rowCount], 1L << 40));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Merges_a_database_in_pieces(int queryCount, int rowCount, int dimension, int k)
    {
        float[] q = Integers((long)queryCount * dimension, 1), x = Integers((long)rowCount * dimension, 2);
        var expected = FullSort(q, x, queryCount, rowCount, dimension, k, SearchMetric.InnerProduct, firstRow: 0);
        int first = rowCount / 3, second = (rowCount - first) / 2;
        Assert.Equal(expected, Search(q, x, queryCount, rowCount, dimension, k, SearchMetric.InnerProduct, 2, [first, second, rowCount - first - second], 0));
    }

    [Fact]
    public void Scores_that_are_no_number_rank_last()
    {
        float[] q = [1, 2], x = [1, 1, float.NaN, 0, -5, -5, 2, 2, 0, float.NaN];
        var found = Search(q, x, 1, 5, 2, 6, SearchMetric.InnerProduct, 2, [5], 0);
        Assert.Equal([3L, 0, 2, 1, 4, -1], found.Select(item => item.Row));
        Assert.Equal([6, 3, -15, float.NaN, float.NaN, float.NegativeInfinity], found.Select(item => item.Score));
    }

    [Fact]
    public void A_row_scores_alike_wherever_it_stands()
    {
        const int queryCount = 37, rowCount = 8191, dimension = 96;
        float[] q = Reference.Random(queryCount * dimension, 3), x = Reference.Random(rowCount * dimension, 4);
        var whole = Search(q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, 2, [rowCount], 0);
        Assert.Equal(whole, Search(q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, 1, [rowCount], 0));
        Assert.Equal(whole, Search(q, x, queryCount, rowCount, dimension, 50, SearchMetric.InnerProduct, 3, [1, 4999, 3191], 0));
        var alone = Search(q[..dimension], x, 1, rowCount, dimension, 50, SearchMetric.InnerProduct, 2, [rowCount], 0);
        Assert.Equal(whole[..50], alone);
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
        float[] q, float[] x, int queryCount, int rowCount, int dimension, int k, SearchMetric metric, int threads, int[] pieces, long firstRow)
    {
        using var device = Device.OpenCpu(threads);
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
        return [.. scores.Values().Zip(rows.ToArray<long>())];
    }
}
