using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Index.Centroids;

namespace Retrieval.Cli.Commands;

/// <summary>Makes a search index from files of descriptors, or straight from images; optionally augmented, or with a centroid for each class.</summary>
internal sealed class IndexCommand : Verb
{
    private readonly Option<string[]> _from = new("--from") { Description = "Files of descriptors to put together", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string> _out = new("--out") { Description = "The index file", Required = true };
    private readonly Option<bool> _keepIds = new("--keep-ids") { Description = "Refuse files whose ids clash instead of numbering all rows anew" };
    private readonly Option<string?> _metric = new("--metric") { Description = "ip (inner product) or l2; by default that of the first file, or ip" };
    private readonly Option<int> _augment = NumberOptions.Create("--dba", "Database augmentation with so many neighbours; 0 for none", 0, least: 0, most: 100_000);
    private readonly Option<double> _alpha = NumberOptions.Create("--alpha", "Exponent of the neighbours' weights in the augmentation; 0 for the plain average", 3.0, least: 0, most: 100);
    private readonly Option<bool> _centroids = new("--centroids") { Description = "One entry for each class: the mean of its images' embeddings" };
    private readonly ExtractionJobArguments _job = new(required: false);

    public IndexCommand() : base("index", "Make a search index from files of descriptors or from images")
    {
        _metric.AcceptOnlyFromAmong("ip", "l2");
        foreach (var option in (IEnumerable<Option>)[_from, _out, _keepIds, _metric, _augment, _alpha, _centroids, .. _job.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var output = session.Value(_out)!;
        var files = session.Value(_from) ?? [];
        var fromImages = session.Value(_job.Model) is not null && session.Value(_job.Data) is not null;
        if (fromImages == files.Length > 0)
            throw new UsersMistakeException("expected either --from with files of descriptors, or --model and --data to describe images first");
        SearchMetric? metric = session.Value(_metric) switch
        {
            "l2" => SearchMetric.SquaredEuclidean,
            "ip" => SearchMetric.InnerProduct,
            _ => null,
        };
        var (neighbours, centroids) = (session.Value(_augment), session.Value(_centroids));
        if (centroids && neighbours > 0)
            throw new UsersMistakeException("--centroids and --dba: expected one of them, as centroids have no neighbours to learn from");
        using var device = session.OpenDevice();
        // Centroids are means of embeddings as they are before their normalisation.
        using var job = fromImages ? _job.Open(session, device, output, normalize: !centroids) : null;
        var renumbered = false;
        if (job is null)
            Estimate(session, device, files, neighbours > 0);
        using var plain = job is not null ? job.Run(metric ?? SearchMetric.InnerProduct, neighbours > 0) : IndexUnion.Make(device, files, metric, session.Value(_keepIds), out renumbered);
        using var derived = neighbours > 0 ? Augment(session, plain, neighbours) : centroids ? Centroids(session, plain) : null;
        (derived ?? plain).Save(output);
        job?.Finish();
        if (renumbered)
            session.Progress.Note("the files' ids clash: all rows were numbered anew from 0");
        Print(session, output, derived ?? plain);
        return ExitCode.Done;
    }

    private static void Estimate(Session session, Device device, string[] files, bool augmented)
    {
        var sizes = Array.ConvertAll(files, FlatIndex.SizeOf);
        // What is augmented is searched.
        MemoryEstimate.Tell(session, device, "join fewer files", dry => Rehearsal.Join(dry, sizes.Sum(size => size.Count), sizes[0].Dimension, augmented), convolves: false);
    }

    private FlatIndex Augment(Session session, FlatIndex index, int neighbours)
    {
        using var progress = session.Progress.Begin("augment", (int)Math.Min(index.Count, int.MaxValue), "rows");
        return DatabaseAugmentation.Augment(index, neighbours, session.Value(_alpha), new RowProgress(progress), session.Cancellation);
    }

    private static FlatIndex Centroids(Session session, FlatIndex index)
    {
        var centroids = Session.Checked(() => ClassCentroids.Build(index));
        session.Progress.Note($"centroids: {centroids.Provenance[ClassCentroids.Provenance]}");
        return centroids;
    }

    private static void Print(Session session, string output, FlatIndex index) =>
        session.Figures.PrintUpright(new FigureTable("index", "", new("file", "file"), new("count", "descriptors"), new("dimension", "dimension"), new("metric", "metric"),
            new("model", "model"), new("augmentation", "augmentation"), new("centroids", "centroids"))
            .Add(output, index.Count, index.Dimension, index.Metric == SearchMetric.InnerProduct ? "ip" : "l2",
                index.Provenance.GetValueOrDefault(DescriptorProvenance.Model), index.Provenance.GetValueOrDefault("augmentation"), index.Provenance.GetValueOrDefault(ClassCentroids.Provenance)));

    private sealed class RowProgress(IProgressTask shown) : IProgress<long>
    {
        public void Report(long value) => shown.Report((int)value);
    }
}
