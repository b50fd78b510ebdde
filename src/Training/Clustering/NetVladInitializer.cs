using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Training.Data;

namespace Retrieval.Training.Clustering;

/// <summary>Starts a NetVLAD or VLAD pooling from clustered local descriptors of images.</summary>
public static class NetVladInitializer
{
    /// <summary>So sharp an assignment is VLAD's: of two centroids whose squared distances differ by a thousandth, the nearer has all but e^-100.</summary>
    private const double HardAlpha = 1e5;

    /// <summary>Whether a network's pooling needs such a start.</summary>
    public static bool Applies(DescriptorNetwork network) => network.Description.Head.AggregatesResiduals;

    /// <summary>
    /// Draws local descriptors, clusters them and sets the pooling's parameters: of NetVLAD as the paper has it (<see cref="NetVladStart.OfDistances"/>), of VLAD a
    /// hard assignment to the same centroids. Of K + G clusters the G smallest become the ghosts.
    /// </summary>
    /// <param name="network">Its backbone is ready.</param>
    /// <param name="images">The training's images.</param>
    /// <param name="options">Settings.</param>
    /// <param name="seed">Decides everything that is drawn.</param>
    /// <param name="progress">Told how many images are described.</param>
    /// <param name="cancellation">Stops between two images or rounds.</param>
    /// <exception cref="ArgumentException">There are fewer local descriptors than clusters, or they are all alike.</exception>
    public static void Initialize(DescriptorNetwork network, IImageSource images, NetVladInitialization options, ulong seed, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var head = network.Description.Head;
        var channels = network.Description.Backbone.OutputChannels;
        var descriptors = new LocalDescriptors(network, options, seed).Draw(images, progress, cancellation);
        var all = head.Clusters + head.Ghosts;
        var clusters = KMeans.Run(network.Device, descriptors, channels, new KMeansOptions(all, options.Iterations, seed), cancellation);
        var centroids = BySize(clusters, all, channels);
        var start = head.Pooling == PoolingKind.Vlad ? NetVladStart.OfSharpness(centroids, channels, HardAlpha) : NetVladStart.OfDistances(descriptors, centroids, channels);
        network.Parameters["pool.conv.weight"].Set(start.Weights);
        network.Parameters["pool.conv.bias"].Set(start.Bias);
        network.Parameters["pool.centroids"].Set(start.Centroids.AsSpan(0, head.Clusters * channels));
    }

    /// <summary>Centroids by falling number of rows.</summary>
    private static float[] BySize(KMeansResult result, int clusters, int channels)
    {
        var sizes = result.Sizes(clusters);
        return [.. Enumerable.Range(0, clusters).OrderByDescending(cluster => sizes[cluster]).SelectMany(cluster => result.Centroids.AsSpan(cluster * channels, channels).ToArray())];
    }
}
