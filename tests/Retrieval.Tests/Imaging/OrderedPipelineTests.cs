using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class OrderedPipelineTests
{
    private const int Threads = 4, Window = 6;

    [Fact]
    public void YieldsImagesInOrderWhileFailuresAreListed()
    {
        using var folder = new TestFolder();
        var paths = Enumerable.Range(1, 40).Select(i => (i % 10) switch
        {
            3 => folder.Write($"{i:00}.jpg", "no image"u8.ToArray()),
            7 => folder.File($"{i:00} is missing.jpg"),
            _ => folder.Write($"{i:00}.png", ImageEncoder.EncodePng(new RgbImage(i, 2))),
        }).ToArray();
        var failures = new ImageFailures();
        using var pipeline = Start(paths.Length, index => TryDecode(paths[index], failures));
        var widths = pipeline.Items().Select(image => image?.Width ?? 0).ToArray();
        Assert.Equal(Enumerable.Range(1, 40).Select(i => i % 10 is 3 or 7 ? 0 : i), widths);
        Assert.Equal(8, failures.Count);
        Assert.Equal(paths.Where((_, index) => widths[index] == 0), failures.Items.Select(failure => failure.Path));
        Assert.All(failures.Items, failure => Assert.Contains(failure.Path, failure.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void IsNeverFurtherAheadThanAllowed()
    {
        int started = 0, consumed = 0, furthest = 0;
        var gate = new Lock();
        using var pipeline = Start(200, index =>
        {
            var ahead = Interlocked.Increment(ref started) - Volatile.Read(ref consumed);
            lock (gate)
                furthest = Math.Max(furthest, ahead);
            Thread.SpinWait(index % 7 * 1000);
            return index;
        });
        foreach (var item in pipeline.Items())
        {
            Assert.Equal(consumed, item);
            if (item == 20)
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref started) == 21 + Window, 30_000));
            Interlocked.Increment(ref consumed);
        }
        // The item in the consumer's hands has left the window but is not yet counted as consumed.
        Assert.Equal(Window + 1, furthest);
    }

    [Fact]
    public void ThrowsAnItemsExceptionAtItsPlaceAndGoesOnBehindIt()
    {
        var seen = new List<int>();
        using var pipeline = Start(20, index => index == 5 ? throw new InvalidOperationException("five") : index);
        var thrown = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var item in pipeline.Items())
                seen.Add(item);
        });
        Assert.Equal("five", thrown.Message);
        Assert.Equal([0, 1, 2, 3, 4], seen);
        Assert.Equal(Enumerable.Range(6, 14), pipeline.Items());
    }

    [Fact]
    public void StopsWhenTheConsumerLeaves()
    {
        var started = 0;
        using (var pipeline = Start(1_000_000, _ => Interlocked.Increment(ref started)))
            Assert.NotEmpty(pipeline.Items().Take(2));
        var atExit = Volatile.Read(ref started);
        Thread.Sleep(20);
        Assert.Equal(atExit, Volatile.Read(ref started));
        Assert.InRange(atExit, 1, Window + 2);
    }

    [Fact]
    public void StopsWhenCancelled()
    {
        using var source = new CancellationTokenSource();
        using var pipeline = new OrderedPipeline<int>(1_000_000, index => index, Threads, Window, source.Token);
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var item in pipeline.Items())
                if (item == 10)
                    source.Cancel();
        });
    }

    [Fact]
    public void DoesNothingForNothing()
    {
        using var pipeline = Start(0, index => index);
        Assert.Empty(pipeline.Items());
    }

    [Fact]
    public void RefusesToRunWithoutThreads() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OrderedPipeline<int>(1, index => index, 0, Window, TestContext.Current.CancellationToken));

    private static OrderedPipeline<T> Start<T>(int count, Func<int, T> compute) => new(count, compute, Threads, Window, TestContext.Current.CancellationToken);

    private static RgbImage? TryDecode(string path, ImageFailures failures)
    {
        try
        {
            return ImageDecoder.Decode(path);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            failures.Add(path, unreadable.Message);
            return null;
        }
    }
}
