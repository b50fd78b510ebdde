using System.CommandLine;
using System.Diagnostics;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Host;

namespace Retrieval.Cli.Commands;

/// <summary>Describes any number of images and writes their descriptors, with ids, labels and paths, into one file. Killed, it goes on where it stopped.</summary>
internal sealed class ExtractCommand : Verb
{
    private readonly Option<string> _out = new("--out") { Description = "The file of descriptors, such as photos.index; it can be searched as it is", Required = true };
    private readonly ExtractionJobArguments _job = new(required: true);

    public ExtractCommand() : base("extract", "Describe images: a file of descriptors")
    {
        foreach (var option in (IEnumerable<Option>)[_out, .. _job.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var output = session.Value(_out)!;
        var start = Stopwatch.GetTimestamp();
        using var device = session.OpenDevice();
        using var job = _job.Open(session, device, output);
        using var index = job.Run(SearchMetric.InnerProduct);
        index.Save(output);
        job.Finish();
        session.Figures.PrintUpright(new FigureTable("extract", "", new("file", "file"), new("images", "images"), new("dimension", "dimension"),
            new("unreadable", "unreadable"), new("resumed", "from an earlier run"), new("seconds", "seconds", "0.0"))
            .Add(output, index.Count, index.Dimension, job.Failures.Count, job.Resumed, Stopwatch.GetElapsedTime(start).TotalSeconds));
        return ExitCode.Done;
    }
}
