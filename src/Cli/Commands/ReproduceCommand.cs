using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Retrieval.Cli.Output;
using Retrieval.Cli.Reproduce;
using Retrieval.Host;

namespace Retrieval.Cli.Commands;

/// <summary>Trains small networks with several seeds and says which of the papers' central claims hold for them.</summary>
internal sealed class ReproduceCommand : Verb
{
    private static readonly string[] Systems = ["gem", "wgem", "netvlad", "ctl", "multigrain"];

    private readonly Argument<string?> _system = new("system") { Description = "gem, wgem, netvlad, ctl or multigrain [default: all]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _images = new("--images") { Description = "Photographs to run on beside the generated world, a folder per class or a list file" };
    private readonly Option<int> _runs = NumberOptions.Create("--runs", "Runs, each with a seed, data and networks of its own", 4, least: 1, most: MeanInterval.MostRuns);

    private readonly Option<bool> _rehearse = new("--rehearse") { Description = "Small worlds and one epoch: shows in a minute whether all runs, not what holds" };

    public ReproduceCommand() : base("reproduce", "Measure the papers' central claims with small networks trained from scratch")
    {
        Arguments.Add(_system);
        Options.Add(_images);
        Options.Add(_runs);
        Options.Add(_rehearse);
    }

    public override int Run(Session session)
    {
        var watch = Stopwatch.StartNew();
        if (session.Value(_system) is { } system && !Systems.Contains(system, StringComparer.Ordinal))
            throw new UsersMistakeException($"system: expected one of {string.Join(", ", Systems)}, got '{system}'");
        IStudy[] studies = [.. Studies(session.Value(_images)).Where(study => session.Value(_system) is not { } chosen || study.System == chosen)];
        var measured = RunAll(session, studies);
        session.Figures.Print(Table(studies, measured));
        session.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"{session.Value(_runs)} runs of each from seed {session.Seed}; {watch.Elapsed.TotalMinutes:0.0} minutes"));
        return ExitCode.Done;
    }

    /// <summary>Each on the world, then on photographs where there are any; what clutter does is known of the world alone.</summary>
    private static IEnumerable<IStudy> Studies(string? images)
    {
        yield return new WeightedGemStudy();
        foreach (var source in images is null ? [null] : new[] { null, images })
        {
            yield return new GemStudy(source);
            yield return new NetVladStudy(source);
            yield return new CentroidStudy(source);
            yield return new MultigrainStudy(source);
        }
    }

    /// <summary>Every study with every seed. On the CPU each run has a thread to itself, as small networks leave several threads waiting for each other.</summary>
    private IReadOnlyDictionary<string, double>[][] RunAll(Session session, IStudy[] studies)
    {
        var (runs, isRehearsal) = (session.Value(_runs), session.Value(_rehearse));
        var measured = studies.Select(_ => new IReadOnlyDictionary<string, double>[runs]).ToArray();
        var isCpu = session.DeviceName == DeviceName.Cpu;
        var (atOnce, threads) = isCpu ? (session.Threads, 1) : (1, session.Threads);
        using var progress = session.Progress.Begin("runs", studies.Length * runs, "runs");
        var done = 0;
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = session.Cancellation };
            Parallel.For(0, studies.Length * runs, options, number =>
            {
                var (study, run) = (number / runs, number % runs);
                var watch = Stopwatch.StartNew();
                using var device = session.OpenDevice(training: true, threads);
                measured[study][run] = studies[study].Run(new Lab(session, device, threads, session.Seed + run, isRehearsal));
                progress.Report(Interlocked.Increment(ref done));
                session.Progress.Note(Line(studies[study], session.Seed + run, measured[study][run], watch.Elapsed));
            });
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerExceptions[0]);
        }
        return measured;
    }

    private static string Line(IStudy study, int seed, IReadOnlyDictionary<string, double> measures, TimeSpan time) => string.Create(CultureInfo.InvariantCulture,
        $"{study.System} on {study.Data}, seed {seed}, {time.TotalSeconds:0} s: {string.Join("; ", measures.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:0.0}")))}");

    private static FigureTable Table(IStudy[] studies, IReadOnlyDictionary<string, double>[][] measured)
    {
        var table = new FigureTable("reproduce", "means over the runs, with 95 % intervals", new("system", "system"), new("data", "data"), new("claim", "claim"), new("expected", "expected"), new("unit", "unit"),
            new("better", "first", "0.0"), new("betterInterval", "+-", "0.0"), new("worse", "second", "0.0"), new("worseInterval", "+-", "0.0"),
            new("difference", "difference", "0.0"), new("differenceInterval", "+-", "0.0"), new("verdict", "verdict"));
        foreach (var (study, runs) in studies.Zip(measured))
            foreach (var claim in study.Claims)
            {
                MeanInterval better = Of(runs, claim.Better), worse = Of(runs, claim.Worse), difference = claim.Difference(runs);
                table.Add(study.System, study.Data, claim.Text, claim.Expected, claim.Unit, better.Mean, better.HalfWidth, worse.Mean, worse.HalfWidth, difference.Mean, difference.HalfWidth, difference.Verdict);
            }
        return table;
    }

    private static MeanInterval Of(IReadOnlyDictionary<string, double>[] runs, string measure) => MeanInterval.Of([.. runs.Select(run => run[measure])]);
}
