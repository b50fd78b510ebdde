using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Tests.Support;
using Retrieval.Training.Clustering;
using Xunit;

namespace Retrieval.Tests.Training.Clustering;

public sealed class KMeansTests
{
    [DeviceTheory]
    public void Groups_that_lie_apart_are_found(DeviceName on)
    {
        using var device = TestDevices.Open(on);
        const int groups = 7, perGroup = 30, dimension = 5;
        var rows = Blobs(groups, perGroup, dimension);
        var result = KMeans.Run(device, rows, dimension, new KMeansOptions(groups, 20, Seed: 3));
        Assert.Equal(groups, result.Assignment.Distinct().Count());
        Assert.All(result.Assignment.Chunk(perGroup), group => Assert.Single(group.Distinct()));
        foreach (var group in Enumerable.Range(0, groups))
        {
            var cluster = result.Assignment[group * perGroup];
            for (var j = 0; j < dimension; j++)
                Assert.Equal(Enumerable.Range(group * perGroup, perGroup).Average(row => (double)rows[(row * dimension) + j]), result.Centroids[(cluster * dimension) + j], 1e-4);
        }
        Assert.Equal([.. Enumerable.Repeat(perGroup, groups)], result.Sizes(groups));
    }

    [Fact]
    public void Every_round_lessens_the_error()
    {
        using var device = Device.OpenCpu(1);
        var rows = Uniform(2000, 8);
        var errors = new[] { 1, 2, 4, 8, 30 }.Select(rounds => KMeans.Run(device, rows, 8, new KMeansOptions(12, rounds, Seed: 1)).Error).ToArray();
        Assert.Equal(errors.OrderDescending(), errors);
        Assert.True(errors[^1] < 0.95 * errors[0]);
    }

    [Fact]
    public void A_seed_decides_whatever_the_threads()
    {
        var rows = Uniform(3001, 9);
        float[]? expected = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var device = Device.OpenCpu(threads);
            var centroids = KMeans.Run(device, rows, 9, new KMeansOptions(11, 6, Seed: 5)).Centroids;
            expected ??= centroids;
            Assert.Equal(expected, centroids);
            Assert.NotEqual(expected, KMeans.Run(device, rows, 9, new KMeansOptions(11, 6, Seed: 6)).Centroids);
        }
    }

    [Fact]
    public void Empty_clusters_take_the_rows_that_are_described_worst()
    {
        using var device = Device.OpenCpu(1);
        float[] rows = [0, 2, 10, 30], centroids = [1, 70, 80], distances = [1, 1, 81, 841];
        new ClusterMeans(device, rows, centroids, 3).Update([0, 0, 0, 0], distances);
        Assert.Equal([10.5f, 30, 10], centroids);
        Assert.Equal([1, 1, 0, 0], distances);
    }

    [Fact]
    public void Rows_that_are_all_alike_are_one_cluster()
    {
        using var device = Device.OpenCpu(1);
        var result = KMeans.Run(device, [.. Enumerable.Repeat(2f, 12)], 2, new KMeansOptions(3, 5));
        Assert.Equal(0, result.Error);
        Assert.All(result.Centroids, value => Assert.Equal(2, value));
    }

    [Fact]
    public void What_cannot_be_clustered_is_refused()
    {
        using var device = Device.OpenCpu(1);
        Assert.Contains("only 2 rows", Assert.Throws<ArgumentException>(() => KMeans.Run(device, new float[6], 3, new KMeansOptions(3))).Message);
        Assert.Contains("not a finite number", Assert.Throws<ArgumentException>(() => KMeans.Run(device, [1, float.NaN], 1, new KMeansOptions(2))).Message);
        Assert.Contains("no rows of 4", Assert.Throws<ArgumentException>(() => KMeans.Run(device, new float[6], 4, new KMeansOptions(1))).Message);
    }

    private static float[] Blobs(int groups, int perGroup, int dimension)
    {
        var random = new SeededRandom(9);
        var centres = Enumerable.Range(0, groups * dimension).Select(_ => random.NextDouble(-100, 100)).ToArray();
        return [.. Enumerable.Range(0, groups * perGroup * dimension).Select(i => (float)(centres[(i / (perGroup * dimension) * dimension) + (i % dimension)] + random.NextDouble(-1, 1)))];
    }

    private static float[] Uniform(int rows, int dimension)
    {
        var random = new SeededRandom(4);
        return [.. Enumerable.Range(0, rows * dimension).Select(_ => (float)random.NextDouble(-1, 1))];
    }
}
