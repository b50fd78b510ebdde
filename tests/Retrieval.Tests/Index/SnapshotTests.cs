using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>One snapshot serves many threads, outlives a disposal in mid-search, and allocates nothing per search.</summary>
public sealed class SnapshotTests
{
    private const int Count = 4000, Dimension = 24, QueryCount = 8, K = 20;

    [Fact]
    public void Many_threads_find_the_same()
    {
        using var device = Device.OpenCpu(2);
        using var index = Fixture.Build(device, Fixture.SmallIntegers(1, Count, Dimension), Dimension);
        var queries = Enumerable.Range(0, 16).Select(seed => Fixture.SmallIntegers(seed, QueryCount, Dimension)).ToArray();
        var expected = queries.Select(query => index.Search(query, K).Ids.ToArray()).ToArray();
        Threads(8, thread =>
        {
            for (var round = 0; round < 24; round++)
            {
                var which = (thread + round) % queries.Length;
                Assert.Equal(expected[which], index.Search(queries[which], K).Ids.ToArray());
            }
        });
        Assert.Equal(0, device.Arena.RentedByteCount);
    }

    [Fact]
    public void A_search_outlives_the_disposal()
    {
        using var device = Device.OpenCpu(1);
        var queries = Fixture.SmallIntegers(2, QueryCount, Dimension);
        for (var round = 0; round < 10; round++)
        {
            var index = Fixture.Build(device, Fixture.SmallIntegers(1, Count, Dimension), Dimension);
            var expected = index.Search(queries, K).Ids.ToArray();
            Threads(4, thread =>
            {
                try
                {
                    if (thread == 0)
                        index.Dispose();
                    else
                        Assert.Equal(expected, index.Search(queries, K).Ids.ToArray());
                }
                catch (ObjectDisposedException)
                {
                    // The search came after the disposal.
                }
            });
        }
    }

    [Theory]
    [InlineData(SearchMetric.InnerProduct)]
    [InlineData(SearchMetric.SquaredEuclidean)]
    public void Allocates_nothing_per_search(SearchMetric metric)
    {
        using var device = Device.OpenCpu(1);
        using var index = Fixture.Build(device, Fixture.Normals(1, Count, Dimension), Dimension, metric);
        var queries = Fixture.Normals(2, QueryCount, Dimension);
        var (ids, scores) = (new long[QueryCount * K], new float[QueryCount * K]);
        for (var i = 0; i < 50; i++)
            index.Search(queries, K, ids, scores);
        var (reserved, before) = (device.Arena.ReservedByteCount, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 20; i++)
            index.Search(queries, K, ids, scores);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(reserved, device.Arena.ReservedByteCount);
    }

    private static void Threads(int count, Action<int> body)
    {
        Exception? failure = null;
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            try
            {
                body(number);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (failure is not null)
            throw new InvalidOperationException("a thread failed", failure);
    }
}
