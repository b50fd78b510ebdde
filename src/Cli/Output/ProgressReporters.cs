namespace Retrieval.Cli.Output;

internal static class ProgressReporters
{
    /// <summary>Bars when the writer is a terminal, plain lines otherwise.</summary>
    public static IProgressReporter For(TextWriter error)
    {
        var console = Terminal.On(error);
        return console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
            ? new BarProgressReporter(console)
            : new PlainProgressReporter(error, TimeProvider.System);
    }
}
