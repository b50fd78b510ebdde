using System.CommandLine;
using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling;

/// <summary>Profiles a job: warms it up, measures the device's ceilings, watches some steps, and prints and writes what was seen.</summary>
internal abstract class ProfiledVerb : Verb
{
    private readonly Option<int> _steps = NumberOptions.Create("--steps", "Steps to profile", 5, least: 1, most: 10_000);
    private readonly Option<int> _warmUp = NumberOptions.Create("--warm-up", "Steps before", 2, least: 1, most: 10_000);
    private readonly Option<bool> _shapes = new("--shapes") { Description = "A row for each operator and its shapes" };
    private readonly Option<string?> _trace = new("--trace") { Description = "Also write the calls one by one: a file that ui.perfetto.dev and chrome://tracing open", HelpName = "file" };

    protected ProfiledVerb(string name, string description) : base(name, description) => Declare(_steps, _warmUp, _shapes, _trace);

    /// <summary>Whether networks are trained, which decides the usual precision.</summary>
    protected virtual bool Trains => false;

    /// <summary>Adds options to the verb.</summary>
    protected void Declare(params IEnumerable<Option> options)
    {
        foreach (var option in options)
            Options.Add(option);
    }

    /// <summary>Makes the job.</summary>
    protected abstract IProfiledWork Prepare(Session session, Device device);

    public sealed override int Run(Session session)
    {
        using var device = session.OpenDevice(Trains);
        using var work = Prepare(session, device);
        // Watched as well, so that watching itself is warm.
        Watch(session, device, work, session.Value(_warmUp));
        var steps = session.Value(_steps);
        var result = Watch(session, device, work, steps);
        // Afterwards, as it takes memory of its own.
        var ceilings = Ceilings.Measure(device);
        var title = $"{Name}: {work.Description}, {device.Name}, {steps} steps";
        new ProfileReport(session.Figures, result, ceilings).Print(title, work.Unit, (long)steps * work.UnitsPerStep, session.Value(_shapes));
        if (session.Value(_trace) is { } path)
            TraceFile.Save(path, result, title);
        return ExitCode.Done;
    }

    private static ProfileResult Watch(Session session, Device device, IProfiledWork work, int steps)
    {
        using var profile = device.StartProfile();
        for (var step = 1; step <= steps; step++)
        {
            using var span = HostActivity.Start($"step {step}");
            work.Step(session.Cancellation);
        }
        return profile.Finish();
    }
}
