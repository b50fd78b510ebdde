using System.CommandLine;
using System.Diagnostics;
using Retrieval.Cli.Demo;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Evaluation;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Commands;

/// <summary>The main job, whole, in a few minutes: makes or reads images, trains, whitens, searches, evaluates, and shows the result.</summary>
internal sealed class DemoCommand : Verb
{
    private static readonly PoolingKind[] Poolings = [PoolingKind.Mac, PoolingKind.Spoc, PoolingKind.Gem];

    private readonly Option<string?> _images = new("--images") { Description = "Your own photographs, a folder per class or a list file, instead of the generated world" };
    private readonly Option<string> _out = new("--out") { Description = "Folder for the report and the models", DefaultValueFactory = _ => "retrieval-demo" };
    private readonly Option<int> _epochs = NumberOptions.Create("--epochs", "Epochs to train each network", 10, least: 1, most: 10_000);

    public DemoCommand() : base("demo", "Run the main job on a generated world or on your photographs, and write a report")
    {
        foreach (var option in (IEnumerable<Option>)[_images, _out, _epochs])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var watch = Stopwatch.StartNew();
        var options = new DemoOptions(session.Value(_epochs), session.Seed);
        var folder = session.Value(_out)!;
        Directory.CreateDirectory(folder);
        using var device = session.OpenDevice(training: true);
        var data = Read(session, options);
        session.Progress.Note(data.Description);
        var baseline = Baseline(session, device, data.Test);
        var job = new DemoJob(session, device, data, options, folder);
        job.Estimate();
        var networks = Poolings.Select(job.Run).ToArray();

        session.Figures.Print(Table(baseline, networks));
        var report = Path.Combine(folder, "report.html");
        new DemoReport(data, baseline, networks, watch.Elapsed, session.Seed).Write(report);
        session.Progress.Note($"seed {session.Seed}; {watch.Elapsed.TotalSeconds:0} s; open {Path.GetFullPath(report)}");
        return ExitCode.Done;
    }

    private static DemoStage Baseline(Session session, Host.Device device, Benchmark benchmark)
    {
        using var progress = session.Progress.Begin("colour histograms", benchmark.Images.Count, "images");
        var histograms = Histograms.Describe(benchmark.Images, session.Threads, progress, session.Cancellation);
        return new DemoStage("colour histogram", BenchmarkScorer.Score(device, benchmark, histograms, new Protocol("", "") { Descriptor = "colour histogram" }));
    }

    private static FigureTable Table(DemoStage baseline, DemoNetwork[] networks)
    {
        var stages = networks[0].Stages.Select(stage => stage.Name).ToArray();
        string[] keys = ["untrained", "trained", "trainedPca", "trainedLw", "trainedLwExpanded"];
        var table = new FigureTable("demo", $"mAP [%]: {baseline.Figures[baseline.Figures.Count / 2].Protocol with { Descriptor = null, Dimension = networks[0].Stages[0].Figures[0].Protocol.Dimension }}",
            [new("descriptor", "descriptor"), .. stages.Zip(keys, (stage, key) => new FigureColumn(key, stage, "0.0")), new("p", "learnt p", "0.00")]);
        table.Add(["colour histogram", baseline.MeanAveragePrecision, .. stages.Skip(1).Select(_ => (object?)null), null]);
        foreach (var network in networks)
            table.Add([network.Pooling, .. network.Stages.Select(stage => (object?)stage.MeanAveragePrecision), network.Exponent]);
        return table;
    }

    private TrialData Read(Session session, DemoOptions options)
    {
        if (session.Value(_images) is { } path)
            return Session.Checked(() => TrialData.OfClasses(path, options.Seed, DemoOptions.Sizing));
        using var progress = session.Progress.Begin("render the world", options.World.ImageCount, "images");
        return TrialData.OfWorld(options.World, DemoOptions.TestLandmarks, DemoOptions.QueriesPerLandmark, session.Threads, progress, session.Cancellation);
    }
}
