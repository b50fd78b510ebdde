using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Runs the same work on devices of 1, 2 and 3 threads, which must give the same bits.</summary>
internal static class ThreadCounts
{
    public static void Agree(Func<Device, float[][]> work)
    {
        float[][]? expected = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var device = Device.OpenCpu(threads);
            var results = work(device);
            expected ??= results;
            for (var i = 0; i < results.Length; i++)
                Assert.True(expected[i].AsSpan().SequenceEqual(results[i]), $"result {i} differs between 1 and {threads} threads");
        }
    }
}
