using Spectre.Console;

namespace Retrieval.Cli.Output;

internal static class Terminal
{
    // A file or a pipe has no width of its own; rows must not be broken there.
    private const int RedirectedWidth = 1000;

    /// <summary>A console on a writer: with colours and the window's width on a terminal, plain text of any width elsewhere.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        if (output.IsTerminal)
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = output });
        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        plain.Profile.Width = RedirectedWidth;
        return plain;
    }
}
