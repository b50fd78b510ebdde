using Retrieval.Datasets;
using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>Colour histograms of a source's images: the plain baseline that shows how easy a set is.</summary>
internal static class Histograms
{
    /// <summary>[images, <see cref="ColourHistogram.Dimension"/>].</summary>
    public static float[] Describe(IImageSource images, int threads, IProgress<int> progress, CancellationToken cancellation)
    {
        var result = new float[images.Count * ColourHistogram.Dimension];
        using var pipeline = new OrderedPipeline<float[]>(images.Count, index => ColourHistogram.Describe(images.Load(index)), threads, threads * 4, cancellation);
        var done = 0;
        foreach (var histogram in pipeline.Items())
        {
            histogram.CopyTo(result.AsSpan(done * ColourHistogram.Dimension));
            progress.Report(++done);
        }
        return result;
    }
}
