using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Tests.Support;
using Retrieval.Training.Clustering;
using Xunit;

namespace Retrieval.Tests.Training.Clustering;

public sealed class NetVladStartTests
{
    [Theory]
    [OracleData("netvlad_init_v1")]
    public void Start_without_bias(string path)
    {
        var oracle = OracleCase.Load(path);
        var start = NetVladStart.OfProducts(oracle.Floats("in.descriptors"), oracle.Floats("in.clusters"), oracle.Shape("in.clusters")[1]);
        Assert.Equal(oracle.Integer("num_clusters"), oracle.Shape("in.clusters")[0]);
        oracle.Check("out.alpha", [start.Alpha]);
        oracle.Check("out.conv.weight", start.Weights);
        oracle.Check("out.centroids", start.Centroids);
        Assert.Null(start.Bias);
    }

    [Theory]
    [OracleData("netvlad_init_v2")]
    public void Start_with_bias(string path)
    {
        var oracle = OracleCase.Load(path);
        var channels = oracle.Shape("in.clusters")[1];
        var start = NetVladStart.OfNeighbours(oracle.Floats("in.descriptors"), oracle.Floats("in.clusters"), channels);
        Assert.Equal(oracle.Integer("num_clusters"), oracle.Shape("in.clusters")[0]);
        oracle.Check("out.alpha", [start.Alpha]);
        oracle.Check("out.conv.weight", start.Weights);
        oracle.Check("out.conv.bias", start.Bias!);
        oracle.Check("out.centroids", start.Centroids);
        // The published code takes |c| for |c|^2 and the neighbours' numbers for their distances.
        Assert.NotEqual(oracle.Doubles("out.alpha_reference")[0], start.Alpha);
        oracle.Check("out.conv.bias_reference_over_minus_alpha", [.. start.Centroids.Chunk(channels).Select(row => Math.Sqrt(row.Sum(value => (double)value * value)))]);
    }

    /// <summary>The geometric mean of the ratio of the two largest weights of an assignment is 100.</summary>
    [Fact]
    public void The_papers_start_gives_the_nearest_centroid_a_hundred_times_the_weight_of_the_second()
    {
        const int channels = 6, clusters = 9;
        var random = new SeededRandom(2);
        var descriptors = Units(300, channels, random);
        var start = NetVladStart.OfDistances(descriptors, Units(clusters, channels, random), channels);
        var logs = descriptors.Chunk(channels).Select(x =>
        {
            var logits = Enumerable.Range(0, clusters).Select(k => start.Bias![k] + Enumerable.Range(0, channels).Sum(c => (double)start.Weights[(k * channels) + c] * x[c])).OrderDescending().ToArray();
            return logits[0] - logits[1];
        });
        Assert.Equal(Math.Log(100), logs.Average(), 1e-3);
    }

    [Theory]
    [InlineData(PoolingKind.NetVlad, 3)]
    [InlineData(PoolingKind.Vlad, 0)]
    public void A_network_starts_from_its_images(PoolingKind pooling, int ghosts)
    {
        using var device = Device.OpenCpu(2);
        var description = ResNetTests.Small(pooling);
        using var network = new DescriptorNetwork(device, description with { Head = description.Head with { Clusters = 4, Ghosts = ghosts } });
        WeightInitializer.Initialize(network.Parameters, 1);
        NetVladInitializer.Initialize(network, StripedImages.Source(5, 3), new NetVladInitialization(), seed: 7);
        var channels = network.Description.Backbone.OutputChannels;
        Assert.Equal(4 * channels, network.Description.Dimension);
        float[] weights = network.Parameters["pool.conv.weight"].Value.ToArray<float>(), centroids = network.Parameters["pool.centroids"].Value.ToArray<float>();
        Assert.Equal((4 + ghosts) * channels, weights.Length);
        Assert.Equal(pooling == PoolingKind.NetVlad, network.Parameters["pool.centroids"].Trainable);
        // W = 2 alpha c with one alpha for all.
        var place = Array.FindIndex(centroids, value => Math.Abs(value) > 0.01);
        var alpha = weights[place] / centroids[place];
        Assert.True(alpha > 0);
        Assert.All(Enumerable.Range(0, centroids.Length), i => Assert.Equal(alpha * centroids[i], weights[i], 1e-3 * alpha));

        using var again = new DescriptorNetwork(device, network.Description);
        WeightInitializer.Initialize(again.Parameters, 1);
        NetVladInitializer.Initialize(again, StripedImages.Source(5, 3), new NetVladInitialization(), seed: 7);
        Assert.Equal(weights, again.Parameters["pool.conv.weight"].Value.ToArray<float>());
    }

    private static float[] Units(int rows, int channels, SeededRandom random) => [.. Enumerable.Range(0, rows).SelectMany(_ =>
    {
        var row = Enumerable.Range(0, channels).Select(_ => random.NextDouble(-1, 1)).ToArray();
        var length = Math.Sqrt(row.Sum(value => value * value));
        return row.Select(value => (float)(value / length));
    })];
}
