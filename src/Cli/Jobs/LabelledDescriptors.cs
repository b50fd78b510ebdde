using Retrieval.Datasets;
using Retrieval.Imaging.Loading;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Whitening;

namespace Retrieval.Cli.Jobs;

/// <summary>Descriptors of a set's readable images in memory.</summary>
/// <param name="Rows">The descriptors.</param>
/// <param name="Items">The image of each row.</param>
/// <param name="Failures">The images that could not be read.</param>
internal sealed record LabelledDescriptors(DescriptorMatrix Rows, IReadOnlyList<ImageItem> Items, IReadOnlyList<ImageFailure> Failures)
{
    /// <summary>Describes images.</summary>
    /// <exception cref="UsersMistakeException">There are more than one array holds, or none can be read.</exception>
    public static LabelledDescriptors Extract(Session session, RetrievalModel model, IReadOnlyList<ImageItem> items, ImageSizing sizing, ExtractionOptions options)
    {
        using var extractor = new DescriptorExtractor(model, options);
        var dimension = extractor.Dimension;
        if ((long)items.Count * dimension > Array.MaxLength)
            throw new UsersMistakeException($"expected at most {Array.MaxLength / dimension} images at {dimension} dimensions, got {items.Count}");
        var values = new float[items.Count * dimension];
        var readable = new List<ImageItem>(items.Count);
        var boxes = items.Select(item => item.Box is { } box ? (box.Left, box.Top, box.Right, box.Bottom) : ((double, double, double, double)?)null).ToArray();
        var images = new FileImageSource([.. items.Select(item => item.Path)], sizing, boxes);
        using var progress = session.Progress.Begin("extract", items.Count, "images");
        var failures = extractor.Extract(images, [.. Enumerable.Range(0, items.Count)], (position, descriptor) =>
        {
            descriptor.CopyTo(values.AsSpan(readable.Count * dimension));
            readable.Add(items[position]);
        }, progress, session.Cancellation).Items;
        return readable.Count > 0
            ? new LabelledDescriptors(new DescriptorMatrix(values.AsMemory(0, readable.Count * dimension), dimension), readable, failures)
            : throw new UsersMistakeException(failures.Count == 1 ? failures[0].Reason : $"none of {failures.Count} images can be read; the first: {failures[0].Reason}");
    }
}
