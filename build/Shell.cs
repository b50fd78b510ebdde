using System.Diagnostics;

/// <summary>Processes.</summary>
internal static class Shell
{
    private const int TimedOut = 124;

    /// <summary>The SDK that runs this program, which need not be the one on PATH.</summary>
    public static string DotnetPath { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    public static bool CanAdminister => Environment.IsPrivilegedProcess || (Find("sudo") is { } sudo && Run(sudo, ["-n", "true"], onLine: _ => { }) == 0);

    /// <summary>Full path of a program on PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)).FirstOrDefault(File.Exists);

    /// <summary>The CUDA compiler: on PATH, or where its installers put it; null when there is none.</summary>
    public static string? FindNvcc() => Find("nvcc") ?? new[] { Environment.GetEnvironmentVariable("CUDA_HOME"), Environment.GetEnvironmentVariable("CUDA_PATH"), "/usr/local/cuda", "/opt/cuda" }
        .Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, "bin", OperatingSystem.IsWindows() ? "nvcc.exe" : "nvcc")).FirstOrDefault(File.Exists);

    public static int RunAsRoot(string program, params string[] arguments)
    {
        string[] command = ["env", "DEBIAN_FRONTEND=noninteractive", program, .. arguments];
        return Environment.IsPrivilegedProcess ? Run(command[0], command[1..]) : Run("sudo", ["-n", .. command]);
    }

    /// <summary>Runs a program to its end and returns its exit code; with <paramref name="onLine"/> its standard output, and its errors where asked for, go there instead of the terminal.</summary>
    public static int Run(string program, string[] arguments, string? folder = null, Dictionary<string, string>? environment = null,
        TimeSpan? timeLimit = null, Action<string>? onLine = null, bool withErrors = false)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder ?? "", RedirectStandardOutput = onLine is not null, RedirectStandardError = withErrors };
        foreach (var (key, value) in environment ?? [])
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        if (onLine is not null)
        {
            process.OutputDataReceived += (_, received) => { if (received.Data is { } line) onLine(line); };
            process.BeginOutputReadLine();
            if (withErrors)
            {
                process.ErrorDataReceived += (_, received) => { if (received.Data is { } line) onLine(line); };
                process.BeginErrorReadLine();
            }
        }
        if (!process.WaitForExit(timeLimit ?? Timeout.InfiniteTimeSpan))
        {
            process.Kill(entireProcessTree: true);
            Console.Error.WriteLine($"{program} was stopped after {timeLimit}.");
            return TimedOut;
        }
        process.WaitForExit();
        return process.ExitCode;
    }
}
