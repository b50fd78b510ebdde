using Retrieval.Host;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>One snapshot serves many threads, outlives a disposal in mid-search, and allocates nothing per search.</summary>
[Unwatched]
public sealed class SnapshotTests : OperatorTests
{
    private const int Count = 4000, Dimension = 24, QueryCount = 8, K = 20;

    [DeviceTheory]
    public void Many_threads_find_the_same(DeviceName on)
    {
        Open(on);
        var rented = Device.Arena.RentedByteCount;
        using (var index = Fixture.Build(Device, Fixture.SmallIntegers(1, Count, Dimension), Dimension))
        {
            var queries = Enumerable.Range(0, 16).Select(seed => Fixture.SmallIntegers(seed, QueryCount, Dimension)).ToArray();
            var expected = queries.Select(query => index.Search(query, K).Ids.ToArray()).ToArray();
            Threads(8, thread =>
            {
                for (var round = 0; round < 4; round++)
                {
                    var which = (thread + round) % queries.Length;
                    Assert.Equal(expected[which], index.Search(queries[which], K).Ids.ToArray());
                }
            });
        }
        Assert.Equal(rented, Device.Arena.RentedByteCount);
    }

    [DeviceTheory]
    public void Searches_of_ever_new_sizes_keep_little_memory(DeviceName on)
    {
        Open(on);
        using var index = Fixture.Build(Device, Fixture.Normals(1, 400, 1), 1);
        var queries = Fixture.Normals(2, 40, 1);
        var rented = Device.Arena.RentedByteCount;
        for (var count = 1; count <= 40; count++)
            index.Search(queries.AsSpan(0, count), 5);
        // The last sixteen are kept, 520 queries of 448 bytes; all would be 820.
        Assert.InRange(Device.Arena.RentedByteCount - rented, 1, 240_000);
    }

    [DeviceTheory]
    public void A_search_outlives_the_disposal(DeviceName on)
    {
        Open(on);
        var queries = Fixture.SmallIntegers(2, QueryCount, Dimension);
        for (var round = 0; round < 10; round++)
        {
            var index = Fixture.Build(Device, Fixture.SmallIntegers(1, Count, Dimension), Dimension);
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

    [DeviceTheory]
    [InlineData(SearchMetric.InnerProduct)]
    [InlineData(SearchMetric.SquaredEuclidean)]
    public void Allocates_nothing_per_search(DeviceName on, SearchMetric metric)
    {
        Open(on);
        using var index = Fixture.Build(Device, Fixture.Normals(1, Count, Dimension), Dimension, metric);
        var queries = Fixture.Normals(2, QueryCount, Dimension);
        var (ids, scores) = (new long[QueryCount * K], new float[QueryCount * K]);
        AllocatesNothing(() => index.Search(queries, K, ids, scores));
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
