using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training.Clustering;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>What a pooling needs before training starts.</summary>
internal static class PoolingStart
{
    private const string PoolingPrefix = "pool.";

    /// <summary>NetVLAD and VLAD start from clustered local descriptors of the training images, unless their weights were given; other poolings need nothing.</summary>
    /// <param name="session">The user's values and printers.</param>
    /// <param name="network">The network.</param>
    /// <param name="images">The training images.</param>
    /// <param name="weights">The file that the network's weights were read from, or null.</param>
    /// <exception cref="UsersMistakeException">The images give fewer local descriptors than there are clusters.</exception>
    public static void Run(Session session, DescriptorNetwork network, IImageSource images, string? weights)
    {
        if (!NetVladInitializer.Applies(network) || Gives(weights, network))
            return;
        var options = new NetVladInitialization();
        using var progress = session.Progress.Begin("clusters", Math.Min(options.Images, images.Count), "images");
        Session.Check(() => NetVladInitializer.Initialize(network, images, options, (ulong)session.Seed, progress, session.Cancellation));
    }

    private static bool Gives(string? weights, DescriptorNetwork network)
    {
        if (weights is null)
            return false;
        using var file = SafetensorsFile.Open(weights);
        return !WeightLoader.Check(network.Parameters, file, requireHead: false).Any(name => name.StartsWith(PoolingPrefix, StringComparison.Ordinal));
    }
}
