using Retrieval.Cli.Output;
using Retrieval.Datasets;
using Retrieval.Evaluation;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>Top-1 and top-5 accuracy of a model's classifier on a set of the classes that it knows.</summary>
internal static class Classification
{
    /// <summary>Measures and prints; says why not where the model knows none of the classes or not all.</summary>
    public static void Evaluate(Session session, RetrievalModel model, ImageDataset data, IImageSource images, ExtractionOptions options)
    {
        var known = model.Classifier!.Classes.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        int[] labels = [.. data.Classes.Select(name => known.GetValueOrDefault(name, -1))];
        if (Array.Exists(labels, label => label < 0))
        {
            session.Progress.Note($"top-1 is not measured: the model's {known.Count} classes are not those of {data.Name}, of which it knows {labels.Count(label => label >= 0)} of {labels.Length}");
            return;
        }
        var accuracy = new TopAccuracy();
        using (var extractor = new DescriptorExtractor(model, options with { ClassScores = true }))
        using (var progress = session.Progress.Begin("classes", images.Count, "images"))
        {
            var failures = extractor.Extract(images, [.. Enumerable.Range(0, images.Count)], (position, scores) => accuracy.Add(scores, labels[data.Items[position].Label]), progress, session.Cancellation);
            Unreadable.List(failures.Items, session.Progress);
        }
        session.Figures.Print(new FigureTable("classification", "", new("top1", "top-1 [%]", "0.00"), new("top5", "top-5 [%]", "0.00"), new("images", "images"), new("classes", "classes"))
            .Add(100 * accuracy.Top1, 100 * accuracy.Top5, accuracy.Count, known.Count));
    }
}
