using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Evaluation;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Commands;

/// <summary>Evaluates a model on a dataset or benchmark, with a colour histogram and, if asked, the untrained network beside it.</summary>
internal sealed class EvalCommand : Verb
{
    private readonly Option<string> _model = new("--model") { Description = "The model file", Required = true };
    private readonly Option<string> _data = new("--data") { Description = DataReader.BenchmarkDescription, Required = true };
    private readonly Option<bool> _untrained = new("--untrained") { Description = "Also evaluate the same network with weights drawn from the seed" };
    private readonly Option<int> _expand = NumberOptions.Create("--expand", "Also evaluate with query expansion over so many neighbours; 0 for none", 0, least: 0, most: 100_000);
    private readonly Option<double> _alpha = NumberOptions.Create("--alpha", "Exponent of the neighbours' weights in query expansion; 0 for the plain average", 3.0, least: 0, most: 100);
    private readonly Option<int> _depth = NumberOptions.Create("--depth", "Length of the rankings that are scored; 0 for the whole database", 0, least: 0, most: int.MaxValue);
    private readonly Option<double> _exponent = NumberOptions.Create("--p", "Exponent of generalised-mean pooling in place of the model's, as suits another size; 0 for the model's", 0.0, least: 0, most: 100);
    private readonly Option<bool> _centroids = new("--centroids") { Description = "With classes: also search class centroids, without the query in its own class's (sets in the form of Market-1501 always do so, by their own rules)" };
    private readonly ExtractionArguments _extraction = new("224x224");

    public EvalCommand() : base("eval", "Evaluate a model on a dataset or benchmark")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _data, _untrained, _expand, _alpha, _depth, _exponent, _centroids, .. _extraction.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        using var device = session.OpenDevice();
        using var model = ModelFile.Load(session.Value(_model)!, device);
        if (session.Value(_exponent) is > 0 and var exponent)
            Session.Check(() => model.Network.SetExponent((float)exponent));
        var sizing = _extraction.Sizing(session, model.Provenance.GetValueOrDefault("size"));
        var benchmark = DataReader.Benchmark(session.Value(_data)!, sizing);
        if (session.Value(_centroids))
            benchmark = benchmark.WithCentroids();
        if (session.Value(_expand) > 0 && benchmark.Centroids.Any(variant => variant.LeavesQueryOut))
            throw new UsersMistakeException("--expand and --centroids: expected one of them here, where each query meets a centroid of its own");
        MemoryEstimate.Tell(session, device, "lower --batch, --size or --scales",
            dry => Rehearsal.Evaluate(dry, model, sizing, _extraction.Options(session), benchmark.Database.Length, session.Value(_untrained)));
        var lines = new List<CostedFigures>();
        lines.AddRange(Histogram(session, device, benchmark));
        if (session.Value(_untrained))
        {
            using var untrained = new RetrievalModel(new DescriptorNetwork(device, model.Network.Description));
            WeightInitializer.Initialize(untrained.Network.Parameters, (ulong)session.Seed);
            lines.AddRange(Network(session, untrained, benchmark, "untrained"));
        }
        lines.AddRange(Network(session, model, benchmark, "model"));
        session.Figures.Print(Table(benchmark, lines));
        foreach (var figures in lines)
            session.Progress.Note(figures.Figures.Rules == Ukbench.Rules ? $"N-S score {Ukbench.NsScore(figures.Figures):0.000} of {Ukbench.GroupSize}; {figures.Figures}" : figures.Figures.ToString());
        if (model.Classifier is not null && benchmark.Classes is { } classes)
            Classification.Evaluate(session, model, classes, benchmark.Images, _extraction.Options(session));
        return ExitCode.Done;
    }

    private static FigureTable Table(Benchmark benchmark, List<CostedFigures> lines)
    {
        var columns = new List<FigureColumn> { new("descriptor", "descriptor"), new("variant", "variant"), new("dimension", "dim"), new("map", "mAP [%]", "0.00") };
        columns.AddRange(benchmark.Rules.PrecisionAt.Select(k => new FigureColumn($"precisionAt{k}", $"mP@{k} [%]", "0.00")));
        columns.AddRange(benchmark.Rules.RecallAt.Select(k => new FigureColumn($"recallAt{k}", $"R@{k} [%]", "0.00")));
        if (benchmark.Centroids.Count > 0)
            columns.AddRange(new("entries", "entries"), new("bytes", "bytes"), new("searchUs", "search [us a query]", "0.0"));
        columns.Add(new FigureColumn("protocol", "protocol"));
        var table = new FigureTable("eval", "", [.. columns]);
        foreach (var (figures, cost) in lines)
        {
            object?[] costs = benchmark.Centroids.Count > 0 ? [cost?.Entries, cost?.Bytes, cost?.MicrosecondsPerQuery] : [];
            object?[] fixedFields = [figures.Protocol.Descriptor, figures.Protocol.Variant, figures.Protocol.Dimension, 100 * figures.MeanAveragePrecision];
            table.Add([.. fixedFields, .. figures.MeanPrecision.Select(value => (object?)(100 * value)),
                .. benchmark.Rules.RecallAt.Select(k => (object?)(100 * figures.Recall(k))), .. costs, figures.Protocol.ToString()]);
        }
        return table;
    }

    private List<CostedFigures> Histogram(Session session, Device device, Benchmark benchmark)
    {
        using var progress = session.Progress.Begin("colour histograms", benchmark.Images.Count, "images");
        var histograms = Histograms.Describe(benchmark.Images, session.Threads, progress, session.Cancellation);
        return Score(session, device, benchmark, histograms, new Protocol("", "") { Descriptor = "colour histogram" });
    }

    private List<CostedFigures> Network(Session session, RetrievalModel model, Benchmark benchmark, string name)
    {
        // Centroids are means of what has not been normalised.
        var options = _extraction.Options(session) with { Normalize = benchmark.Centroids.Count == 0 };
        using var extractor = new DescriptorExtractor(model, options);
        float[] descriptors;
        using (var progress = session.Progress.Begin(name, benchmark.Images.Count, "images"))
            descriptors = extractor.ExtractAll(benchmark.Images, [.. Enumerable.Range(0, benchmark.Images.Count)], progress, session.Cancellation);
        var protocol = new Protocol("", "")
        {
            Descriptor = $"{name} ({model.Network.Description.Backbone.Name} {model.Network.Description.Head.Pooling})",
            Scales = [.. options.Scales.Select(scale => (double)scale)],
            Whitening = model.Whitening?.Source,
        };
        var lines = Score(session, model.Device, benchmark, descriptors, protocol);
        if (session.Value(_expand) is > 0 and var neighbours)
            lines.AddRange(Score(session, model.Device, benchmark, descriptors, protocol with { Descriptor = $"{protocol.Descriptor} + aQE {neighbours}, alpha {session.Value(_alpha)}" },
                new Expansion(neighbours, session.Value(_alpha))));
        return lines;
    }

    private List<CostedFigures> Score(Session session, Device device, Benchmark benchmark, float[] descriptors, Protocol protocol, Expansion? expansion = null) => benchmark.Centroids.Count > 0
        ? CentroidComparison.Score(device, benchmark, descriptors, protocol, expansion, session.Value(_depth))
        : [.. BenchmarkScorer.Score(device, benchmark, descriptors, protocol, expansion, session.Value(_depth)).Select(figures => new CostedFigures(figures))];
}
