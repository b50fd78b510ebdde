using System.CommandLine;
using System.CommandLine.Invocation;
using Retrieval.Cli.Output;
using Retrieval.Host;

namespace Retrieval.Cli;

/// <summary>
/// From arguments to an exit code. A user's mistake (arguments, files that are missing or damaged, a native library that is
/// not there) is one line on standard error and 2; a bug of ours is the whole exception and 1; a run that was asked to stop
/// is one line and 130 or 143.
/// </summary>
internal sealed class CommandLine(IReadOnlyList<Verb> verbs, TextWriter output, TextWriter error, Interruption interruption)
{
    private readonly GlobalOptions _options = new();

    public int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            return Run(Root().Parse(arguments));
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            error.WriteLine("interrupted");
            return interruption.ExitCode;
        }
        catch (Exception mistake) when (IsUsers(mistake))
        {
            return Mistake(mistake.Message);
        }
        catch (Exception bug)
        {
            error.WriteLine($"error: this is a fault of retrieval itself ({OneLine(bug.Message)}), please report it together with the lines below{Environment.NewLine}{bug}");
            return ExitCode.OurFault;
        }
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.Action is ParseErrorAction)
            throw new UsersMistakeException($"{Complaint(parsed)} (see retrieval --help)");
        if (parsed.CommandResult.Command is not Verb verb || parsed.Action is not null)
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        using var progress = ProgressReporters.For(error);
        return verb.Run(new Session(parsed, _options, new Figures(output, parsed.GetValue(_options.Json)), progress, interruption.Token));
    }

    private static string Complaint(ParseResult parsed) => parsed.CommandResult.Command is { Subcommands.Count: > 0 } command
        ? $"expected {(command is RootCommand ? "a verb" : "a topic")} ({string.Join(", ", command.Subcommands.Select(verb => verb.Name))}), got {(parsed.UnmatchedTokens is [var word, ..] ? $"'{word}'" : "none")}"
        : string.Join("; ", parsed.Errors.Select(item => item.Message.TrimEnd('.')).Distinct());

    private static bool IsUsers(Exception exception) =>
        exception is UsersMistakeException or InvalidDataException or IOException or UnauthorizedAccessException or DllNotFoundException or DeviceException;

    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private int Mistake(string message)
    {
        error.WriteLine($"error: {OneLine(message)}");
        return ExitCode.UsersMistake;
    }

    private RootCommand Root()
    {
        var root = new RootCommand("Deep image retrieval: train, describe, whiten, index, search, evaluate");
        foreach (var option in _options.All)
            root.Options.Add(option);
        foreach (var verb in verbs)
            root.Subcommands.Add(verb);
        return root;
    }
}
