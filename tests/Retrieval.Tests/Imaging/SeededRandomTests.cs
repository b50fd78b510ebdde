using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class SeededRandomTests
{
    [Fact]
    public void DrawsTheSameNumbersForGood()
    {
        var random = new SeededRandom(42);
        ulong[] expected = [1546998764402558742, 6990951692964543102, 12544586762248559009, 17057574109182124193, 18295552978065317476];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()).ToArray());
    }

    [Fact]
    public void StreamsDiffer()
    {
        var first = new HashSet<ulong>();
        for (ulong seed = 0; seed < 5; seed++)
            for (ulong epoch = 0; epoch < 5; epoch++)
                for (ulong index = 0; index < 5; index++)
                    Assert.True(first.Add(new SeededRandom(seed, epoch, index).NextUInt64()));
        Assert.Equal(new SeededRandom(1, 2, 3).NextUInt64(), new SeededRandom(1, 2, 3).NextUInt64());
        Assert.NotEqual(new SeededRandom(1, 2, 3).NextUInt64(), new SeededRandom(1, 3, 2).NextUInt64());
    }

    [Fact]
    public void DrawsEvenly()
    {
        var random = new SeededRandom(7);
        var counts = new int[6];
        double sum = 0, gaussSum = 0, gaussSquares = 0;
        const int Draws = 60_000;
        for (var i = 0; i < Draws; i++)
        {
            counts[random.Next(6)]++;
            var uniform = random.NextDouble();
            Assert.InRange(uniform, 0, 1 - double.Epsilon);
            sum += uniform;
            var gauss = random.NextGaussian();
            gaussSum += gauss;
            gaussSquares += gauss * gauss;
        }
        // Six standard deviations each.
        Assert.All(counts, count => Assert.InRange(count, 10_000 - 550, 10_000 + 550));
        Assert.InRange(sum / Draws, 0.5 - 0.0071, 0.5 + 0.0071);
        Assert.InRange(gaussSum / Draws, -0.0245, 0.0245);
        Assert.InRange(gaussSquares / Draws, 1 - 0.035, 1 + 0.035);
    }

    [Fact]
    public void ShufflesEvenly()
    {
        var counts = new Dictionary<string, int>();
        var random = new SeededRandom(11);
        for (var i = 0; i < 24_000; i++)
        {
            char[] letters = ['a', 'b', 'c', 'd'];
            random.Shuffle(letters.AsSpan());
            var order = new string(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 1000 - 190, 1000 + 190));
    }

    [Fact]
    public void RefusesEmptyRanges() => Assert.Throws<ArgumentOutOfRangeException>(() => new SeededRandom(0).Next(0));
}
