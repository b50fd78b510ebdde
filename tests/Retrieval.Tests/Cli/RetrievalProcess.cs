using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Retrieval.Tests.Cli;

/// <summary>What the real <c>retrieval</c> command, run as a process of its own, returned and printed.</summary>
internal sealed record RetrievalProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);

    /// <summary>The lines of a --json run.</summary>
    public JsonElement[] JsonLines => [.. Lines(Output).Select(line => JsonDocument.Parse(line).RootElement)];

    public string[] ErrorLines => Lines(Error);

    public static RetrievalProcess Run(params string[] arguments) => Run([], arguments);

    public static RetrievalProcess Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"retrieval {string.Join(' ', arguments)} ran longer than {TimeLimit}");
        }
        return new RetrievalProcess(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts the command and leaves it to the caller, who reads both of its outputs.</summary>
    public static Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        // The host that runs these tests, wherever it is installed.
        var host = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "retrieval.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
