using Retrieval.Models;
using Retrieval.Training.Clustering;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>What a pooling needs before training starts.</summary>
internal static class PoolingStart
{
    /// <summary>NetVLAD and VLAD start from clustered local descriptors of the training images; other poolings need nothing.</summary>
    /// <exception cref="UsersMistakeException">The images give fewer local descriptors than there are clusters.</exception>
    public static void Run(Session session, DescriptorNetwork network, IImageSource images)
    {
        if (!NetVladInitializer.Applies(network))
            return;
        var options = new NetVladInitialization();
        using var progress = session.Progress.Begin("clusters", Math.Min(options.Images, images.Count), "images");
        Session.Check(() => NetVladInitializer.Initialize(network, images, options, (ulong)session.Seed, progress, session.Cancellation));
    }
}
