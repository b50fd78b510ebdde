using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class ImagePipelineTests
{
    private static readonly ImagePipelineOptions FourThreads = new() { DegreeOfParallelism = 4, LookAhead = 6 };

    [Fact]
    public void YieldsImagesInOrderAndListsFailures()
    {
        using var folder = new TestFolder();
        var paths = Enumerable.Range(1, 40).Select(i => (i % 10) switch
        {
            3 => folder.Write($"{i}.jpg", "no image"u8.ToArray()),
            7 => folder.File($"{i} is missing.jpg"),
            _ => folder.Write($"{i}.png", ImageEncoder.EncodePng(new RgbImage(i, 2))),
        }).ToArray();
        var failures = new ImageFailures();
        var expected = 0;
        foreach (var result in ImagePipeline.Read(paths, image => image.Width, FourThreads, TestContext.Current.CancellationToken))
        {
            Assert.Equal((expected, paths[expected]), (result.Index, result.Path));
            expected++;
            if (result.Failure is { } failure)
                failures.Add(failure.Path, failure.Reason);
            else
                Assert.Equal(expected, result.Value);
        }
        Assert.Equal(40, expected);
        Assert.Equal(8, failures.Count);
        Assert.All(failures.Items, failure => Assert.Contains(failure.Path, failure.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void IsNeverFurtherAheadThanAllowed()
    {
        int started = 0, consumed = 0, furthest = 0;
        var items = ImagePipeline.Run(200, index =>
        {
            var ahead = Interlocked.Increment(ref started) - Volatile.Read(ref consumed);
            lock (FourThreads)
                furthest = Math.Max(furthest, ahead);
            Thread.SpinWait(index % 7 * 1000);
            return index;
        }, FourThreads, TestContext.Current.CancellationToken);
        foreach (var item in items)
        {
            Assert.Equal(consumed, item);
            if (item == 20)
                SpinWait.SpinUntil(() => Volatile.Read(ref started) >= 27, 10_000);
            Interlocked.Increment(ref consumed);
        }
        // The item in the consumer's hands has left the window but is not yet counted as consumed.
        Assert.Equal(FourThreads.LookAhead + 1, furthest);
    }

    [Fact]
    public void ThrowsAnItemsExceptionAtItsPlace()
    {
        var seen = new List<int>();
        var thrown = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var item in ImagePipeline.Run(20, index => index == 5 ? throw new InvalidOperationException("five") : index, FourThreads, TestContext.Current.CancellationToken))
                seen.Add(item);
        });
        Assert.Equal("five", thrown.Message);
        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    [Fact]
    public void StopsWhenTheConsumerLeaves()
    {
        var started = 0;
        foreach (var item in ImagePipeline.Run(1_000_000, _ => Interlocked.Increment(ref started), FourThreads, TestContext.Current.CancellationToken))
            if (item > 0)
                break;
        var atExit = Volatile.Read(ref started);
        Thread.Sleep(20);
        Assert.Equal(atExit, Volatile.Read(ref started));
        Assert.InRange(atExit, 1, 8);
    }

    [Fact]
    public void StopsWhenCancelled()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var item in ImagePipeline.Run(1_000_000, index => index, FourThreads, source.Token))
                if (item == 10)
                    source.Cancel();
        });
    }

    [Fact]
    public void DoesNothingForNothing() => Assert.Empty(ImagePipeline.Read([], image => image, FourThreads, TestContext.Current.CancellationToken));

    [Fact]
    public void RefusesBadOptionsAtOnce() =>
        Assert.Throws<ArgumentException>(() => ImagePipeline.Read([], image => image, new ImagePipelineOptions { DegreeOfParallelism = 0 }, TestContext.Current.CancellationToken));
}
