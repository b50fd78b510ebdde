// The one build program. `dotnet run build.cs VERB [options]`, from a fresh clone, with the .NET 10 SDK and nothing else.
// A failed step prints its own output; this program adds one line that says which step it was. Exit codes are those of
// the command itself: 0 done, 1 a step failed, 2 the verb is not known.
#:property PublishAot=false

using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

var root = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var build = new Build(root);
var options = args.Skip(1).ToArray();
try
{
    return args.FirstOrDefault() switch
    {
        "build" => build.Compile(),
        "test" => build.Test(),
        "demo" => build.Retrieval(["demo", .. options]),
        "bench" => build.Bench(options),
        "format" => build.Format(),
        "kernels" => build.Kernels(),
        "pack" => build.Pack(),
        "gpu-bundle" => build.BundleForGpu(rehearse: options.Contains("--rehearse")),
        "check" => build.Check(),
        _ => Build.Help(),
    };
}
catch (StepFailedException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

/// <summary>The verbs. Each returns the exit code or throws <see cref="StepFailedException"/>.</summary>
internal sealed partial class Build(string root)
{
    private const string Solution = "Retrieval.sln";
    private const string Tests = "tests/Retrieval.Tests/bin/Release/net10.0/Retrieval.Tests.dll";
    private const string Command = "src/Cli/bin/Release/net10.0/retrieval.dll";
    private const string Benchmarks = "benchmarks/Retrieval.Benchmarks/bin/Release/net10.0/Retrieval.Benchmarks.dll";
    private const string Native = "out/native";
    private const string Simulator = $"{Native}/libretrieval-simulator.so";
    private const string WatchedSimulator = $"{Native}/libretrieval-simulator-watched.so";

    private static readonly string[] Quiet = ["-v", "quiet", "--nologo", "-tl:off"];

    private static readonly TimeSpan TestTimeLimit = TimeSpan.FromMinutes(20);

    /// <summary>Tests whose subject has several instruction-set paths: they run once more for each path that this machine's best one hides.</summary>
    private static readonly string[] VectorTests = ["Retrieval.Tests.Host*", "Retrieval.Tests.Training.Whitening*", "Retrieval.Tests.Index*"];

    // Tests that run on a GPU, or on the simulator in its place, carry this trait.
    private const string OnGpu = "device=cuda";

    /// <summary>Tests that carry this trait show nothing on the watched simulator that they do not show on the plain one.</summary>
    private const string Unwatched = "watched=no";

    private readonly Dictionary<string, string> _environment = [];

    /// <summary>Switches of the runtime, best instruction set first; the last leaves scalar code alone.</summary>
    private static string[] VectorSwitches => RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"]
        : ["DOTNET_EnableHWIntrinsic"];

    public static int Help()
    {
        Console.Error.WriteLine("""
            usage: dotnet run build.cs VERB [options]       (dotnet run build.cs -- VERB [options] where dotnet would take an option for its own)

              build     compile everything, optimised, warnings as errors
              test      get what the tests need, compile, run every test; vector code also with instruction sets switched off
              demo      compile and run `retrieval demo` with the options that follow
              bench     compile and run `retrieval bench` with the options that follow; `bench micro` runs BenchmarkDotNet
              format    bring every source file into the repository's form
              kernels   compile native/kernels to PTX; report registers, shared memory and spills of every kernel
              pack      pack the `retrieval` command as a .NET tool into out/
              gpu-bundle  make out/gpu-bundle.tar.gz, which proves the program on a Linux machine with an NVIDIA GPU, and needs nothing else there;
                        with --rehearse also unpack it and run its script on the simulator
              check     all that continuous integration checks: form, kernels, build, native tests, tests
            """);
        return 2;
    }

    public int Compile()
    {
        EmbedKernels();
        Dotnet("the build", ["build", Solution, "-c", "Release", .. Quiet]);
        return 0;
    }

    public int Test()
    {
        SystemPart.Libvips.Require();
        if (!SystemPart.Chromium.TryProvide(out var advice))
            Console.WriteLine($"{advice} Tests that open reports in a browser are skipped.");
        if (!OperatingSystem.IsLinux())
            advice = "The simulator of kernels is built on Linux only.";
        else if (SystemPart.ProvideAll(SystemPart.NativeTools, out advice))
            return Close(NativeTests() + RunTests());
        Console.WriteLine($"{advice} Tests of the kernels are skipped.");
        return Close(RunTests());
    }

    public int Retrieval(string[] arguments)
    {
        SystemPart.Libvips.Require();
        EmbedKernels();
        Dotnet("the build", ["build", "src/Cli", "-c", "Release", .. Quiet]);
        return Shell.Run(Shell.DotnetPath, [Path.Combine(root, Command), .. arguments]);
    }

    public int Bench(string[] arguments)
    {
        if (arguments.FirstOrDefault() != "micro")
            return Retrieval(["bench", .. arguments]);
        SystemPart.Libvips.Require();
        Compile();
        return Shell.Run(Shell.DotnetPath, [Path.Combine(root, Benchmarks), .. arguments.Skip(1)]);
    }

    public int Format()
    {
        foreach (var pass in FormatPasses)
            Dotnet("formatting", pass);
        return 0;
    }

    public int Kernels()
    {
        if (Shell.FindNvcc() is null)
            throw new StepFailedException("nvcc was not found: install the CUDA toolkit, 11.8 or later, and put its bin folder on PATH.");
        CompileKernels();
        var reports = KernelReport.Of(Directory.GetFiles(Path.Combine(root, Native, "ptx"), "*.ptx").Order(StringComparer.Ordinal));
        KernelReport.Print(reports);
        var spilling = reports.Where(kernel => kernel.SpillByteCount > 0).Select(kernel => kernel.Name).Distinct().ToArray();
        return spilling.Length == 0 ? 0 : throw new StepFailedException($"registers are spilled by {string.Join(", ", spilling)}");
    }

    /// <summary>Brings the PTX that a build embeds up to date, where nvcc is there.</summary>
    private void EmbedKernels()
    {
        if (Shell.FindNvcc() is null)
            Console.Error.WriteLine("nvcc was not found: building without GPU kernels. The cpu device and the simulator need none.");
        else
            CompileKernels();
    }

    private void CompileKernels()
    {
        SystemPart.ProvideAll([SystemPart.CMake, SystemPart.Ninja], out _);
        // What has no source any more must not be embedded.
        var ptxFolder = Directory.CreateDirectory(Path.Combine(root, Native, "ptx"));
        foreach (var file in ptxFolder.GetFiles("*.ptx"))
            if (!File.Exists(Path.Combine(root, "native/kernels", Path.ChangeExtension(file.Name, ".cu"))))
                file.Delete();
        CMake("kernels to PTX", "ptx");
    }

    /// <summary>Builds the simulator and runs the native tests of kernels, simulator and driver.</summary>
    private Tally NativeTests()
    {
        Console.WriteLine("== native tests: kernels under sanitizers, race check, simulator");
        var tally = Gate("the simulator", () => CMake("the simulator", "all"));
        if (tally.Failed > 0)
            return tally;
        var counted = false;
        string[] arguments = ["--test-dir", Path.Combine(root, Native, "build"), "--output-on-failure", "--no-tests=error", "-j", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)];
        var exitCode = Shell.Run("ctest", arguments, root, timeLimit: TestTimeLimit, onLine: line =>
        {
            Console.WriteLine(line);
            if (NativeSummary().Match(line) is not { Success: true } match)
                return;
            var (failed, total) = (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            tally += new Tally(total - failed, failed);
            counted = true;
        });
        return counted && (exitCode == 0 || tally.Failed > 0) ? tally : tally with { Failed = tally.Failed + 1 };
    }

    private void CMake(string step, string target)
    {
        var folder = Path.Combine(root, Native, "build");
        foreach (string[] arguments in new string[][] { ["-S", Path.Combine(root, "native"), "-B", folder, "-G", "Ninja", "--log-level=WARNING"], ["--build", folder, "--target", target] })
            if (Shell.Run("cmake", arguments, root, onLine: Console.Error.WriteLine) is var exitCode and not 0)
                throw new StepFailedException($"{step} failed: cmake {string.Join(' ', arguments)} (exit code {exitCode})");
    }

    public int Pack()
    {
        EmbedKernels();
        Dotnet("packing", PackCommand);
        Console.WriteLine("Install with: dotnet tool install --global Retrieval.Cli --add-source out");
        return 0;
    }

    /// <summary>Makes the archive for GPU machines: see docs/gpu-check.md.</summary>
    public int BundleForGpu(bool rehearse)
    {
        if (!OperatingSystem.IsLinux())
            throw new StepFailedException("gpu-bundle takes the .NET runtime of this machine along, for Linux machines: run it on Linux.");
        if (Shell.FindNvcc() is null)
            throw new StepFailedException("nvcc was not found: install the CUDA toolkit, 11.8 or later, as the archive brings the kernels in compiled form.");
        CompileKernels();
        Dotnet("the build", ["build", "tests/Retrieval.Tests", "-c", "Release", .. Quiet]);
        new GpuBundle(root).Make();
        if (rehearse)
            RehearseGpuCheck();
        return 0;
    }

    /// <summary>Unpacks the archive where nothing else is, and runs its script on the simulator, tiny, with another `dotnet` in the way.</summary>
    private void RehearseGpuCheck()
    {
        foreach (var target in (string[])["retrieval-simulator", "manifest"])
            CMake("the simulator", target);
        var folder = Directory.CreateTempSubdirectory("gpu-check-");
        try
        {
            GpuBundle.Unpack(Path.Combine(root, GpuBundle.Archive), folder.FullName);
            var exitCode = GpuBundle.Rehearse(folder.FullName, Path.Combine(root, Simulator));
            if (exitCode != 0)
                throw new StepFailedException($"gpu-check.sh of the unpacked archive closed with exit code {exitCode}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private string[] PackCommand => ["pack", "src/Cli", "-c", "Release", "-o", Path.Combine(root, "out"), .. Quiet];

    /// <summary>Every gate, even after one has failed, so that one run tells all. A gate counts as one test.</summary>
    public int Check()
    {
        foreach (var part in (SystemPart[])[SystemPart.Libvips, SystemPart.Chromium, .. SystemPart.NativeTools, SystemPart.CudaToolkit])
            part.Require();
        _environment["RETRIEVAL_REQUIRE_DEVICES"] = "1";
        Dotnet("restoring packages", ["restore", Solution, .. Quiet]);
        var tally = new Tally();
        foreach (var pass in FormatPasses)
            tally += Gate("the format gate (cure: dotnet run build.cs format)", () => Dotnet("the format gate", [.. pass, "--verify-no-changes"]));
        tally += Gate("the kernels", () => Kernels());
        tally += Gate("packing", () => Dotnet("packing", PackCommand));
        tally += NativeTests() + RunTests();
        tally += RunTests("kernels of the CUDA backend, watched for races, uninitialised reads and bounds", ["-trait", OnGpu, "-trait-", Unwatched],
            new() { ["RETRIEVAL_CUDA_DRIVER"] = Path.Combine(root, WatchedSimulator), ["RETRIEVAL_PTX"] = Path.Combine(root, Native, "simulated") });
        tally += Gate("the check for GPU machines, rehearsed on the simulator", () => BundleForGpu(rehearse: true));
        // Here every device and tool is present: a skipped test is one that nobody runs.
        return Close(tally with { Failed = tally.Failed + tally.Skipped });
    }

    // `dotnet format` looks at projects only: this file, which belongs to none, takes a pass of its own.
    private static string[][] FormatPasses => [["format", Solution], ["format", "whitespace", ".", "--folder", "--include", "build.cs"]];

    private static Tally Gate(string name, Action step)
    {
        try
        {
            step();
            return new Tally(Passed: 1);
        }
        catch (StepFailedException failure)
        {
            Console.Error.WriteLine($"FAILED: {name}: {failure.Message}");
            return new Tally(Failed: 1);
        }
    }

    private Tally RunTests()
    {
        var tally = Gate("the build", () => Compile());
        if (tally.Failed > 0)
            return tally;
        tally += RunTests("every test", [], []);
        var filters = VectorTests.SelectMany(name => new[] { "-namespace", name }).Concat(["-trait-", OnGpu]).ToArray();
        foreach (var name in VectorSwitches)
            tally += RunTests($"vector code, {name}=0", filters, new() { [name] = "0" });
        return tally;
    }

    /// <summary>Runs the test program once. A run that crashes, hangs or closes without a count is one failure more.</summary>
    private Tally RunTests(string name, string[] filters, Dictionary<string, string> environment)
    {
        Console.WriteLine($"== {name}");
        var tally = new Tally();
        var counted = false;
        foreach (var (key, value) in _environment)
            environment[key] = value;
        var exitCode = Shell.Run(Shell.DotnetPath, [Path.Combine(root, Tests), "-noLogo", "-noColor", .. filters], root, environment, TestTimeLimit, line =>
        {
            Console.WriteLine(line);
            if (Summary().Match(line) is not { Success: true } match)
                return;
            var counts = match.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
            var (total, errors, failed, skipped, notRun) = (counts[0], counts[1], counts[2], counts[3], counts[4]);
            tally += new Tally(total - failed - skipped - notRun, failed + errors, skipped);
            counted = total > 0;
        });
        if (counted && (exitCode == 0 || tally.Failed > 0))
            return tally;
        Console.Error.WriteLine($"FAILED: {name}: the test program closed with exit code {exitCode}{(counted ? "" : " and counted no test")}.");
        return tally with { Failed = tally.Failed + 1 };
    }

    private static int Close(Tally tally)
    {
        Console.WriteLine($"{tally.Passed} passed, {tally.Failed} failed, {tally.Skipped} skipped");
        return tally.Failed == 0 ? 0 : 1;
    }

    // What the SDK says goes to standard error: standard output belongs to the command that `demo` and `bench` run.
    private void Dotnet(string step, string[] arguments)
    {
        if (Shell.Run(Shell.DotnetPath, arguments, root, onLine: Console.Error.WriteLine) is var exitCode and not 0)
            throw new StepFailedException($"{step} failed: dotnet {string.Join(' ', arguments)} (exit code {exitCode})");
    }

    [GeneratedRegex(@"Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)")]
    private static partial Regex Summary();

    [GeneratedRegex(@"tests passed, (\d+) tests failed out of (\d+)")]
    private static partial Regex NativeSummary();
}

/// <summary>
/// The archive that proves the program on a GPU machine without SDK, network or libvips: tests and command, reference cases, kernels
/// as PTX and as sources, the .NET runtime that this program runs on, the script and PyTorch's side of the comparison.
/// </summary>
internal sealed class GpuBundle(string root)
{
    public const string Archive = "out/gpu-bundle.tar.gz";

    private const string Script = "gpu-check.sh";
    private const long LargestByteCount = 60L << 20;
    private static readonly TimeSpan RehearsalTimeLimit = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset NoTime = DateTimeOffset.UnixEpoch;

    // Playwright's own Node, hosts that look for an installed runtime, and documentation for compilers.
    private static readonly string[] LeftOut = [".playwright/", "playwright.ps1", "Retrieval.Tests", "retrieval"];

    private string Folder => Path.Combine(root, "out/gpu-bundle");

    public void Make()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        foreach (var (target, source) in Contents())
        {
            var path = Path.Combine(Folder, target);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(source, path);
        }
        File.WriteAllLines(Path.Combine(Folder, "CONTENTS"), Files(Folder).Select(name => $"{Checksum(Path.Combine(Folder, name))}  {name}"));
        Pack();
        var byteCount = new FileInfo(Path.Combine(root, Archive)).Length;
        Console.WriteLine($"{Archive}: {byteCount / 1048576.0:0.0} MiB, {Files(Folder).Count()} files; unpack it on a GPU machine and run ./{Script}");
        if (byteCount > LargestByteCount)
            throw new StepFailedException($"{Archive} has {byteCount} bytes, at most {LargestByteCount} are allowed");
    }

    public static void Unpack(string archive, string folder)
    {
        using var bytes = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(bytes, folder, overwriteFiles: false);
    }

    /// <summary>Runs the script of an unpacked archive on the simulator. The `dotnet` on its PATH is one that fails.</summary>
    public static int Rehearse(string folder, string simulator)
    {
        var tools = Directory.CreateDirectory(Path.Combine(folder, "no-dotnet")).FullName;
        File.WriteAllText(Path.Combine(tools, "dotnet"), "#!/bin/sh\necho 'the archive brings its own dotnet' >&2\nexit 97\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(tools, "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = $"PATH={tools}:/usr/local/bin:/usr/bin:/bin";
        return Shell.Run("env", ["-i", path, $"HOME={folder}", $"OUT={Path.Combine(folder, "results")}", Path.Combine(folder, Script), "--rehearse", simulator], folder, timeLimit: RehearsalTimeLimit);
    }

    /// <summary>Every file: its place in the archive, and where it comes from.</summary>
    private IEnumerable<(string Target, string Source)> Contents()
    {
        yield return (Script, Path.Combine(root, "benchmarks/gpu", Script));
        yield return ("pytorch_peer.py", Path.Combine(root, "benchmarks/gpu/pytorch_peer.py"));
        yield return ("README.md", Path.Combine(root, "docs/gpu-check.md"));
        foreach (var item in From("tests/Retrieval.Tests/bin/Release/net10.0", "app").Concat(From("native/kernels", "kernels")).Concat(From("out/native/ptx", "ptx")))
            yield return item;
        var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        var resolver = Directory.GetDirectories(Path.Combine(dotnet, "host/fxr")).MaxBy(folder => Version.Parse(Path.GetFileName(folder).Split('-')[0]))!;
        yield return ("dotnet/dotnet", Path.Combine(dotnet, "dotnet"));
        foreach (var folder in new[] { runtime, resolver })
            foreach (var file in Files(folder))
                yield return (Path.Combine("dotnet", Path.GetRelativePath(dotnet, folder), file), Path.Combine(folder, file));
    }

    private IEnumerable<(string Target, string Source)> From(string source, string target) =>
        from file in Files(Path.Combine(root, source))
        where !file.EndsWith(".xml", StringComparison.Ordinal) && !LeftOut.Any(name => name.EndsWith('/') ? file.StartsWith(name, StringComparison.Ordinal) : file == name)
        select (Path.Combine(target, file), Path.Combine(root, source, file));

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);

    private static string Checksum(string path)
    {
        using var bytes = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    // The same files make the same archive: names in order, no times, no owners.
    private void Pack()
    {
        var path = Path.Combine(root, Archive);
        using (var bytes = new GZipStream(File.Create(path + ".new"), CompressionLevel.SmallestSize))
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar))
            foreach (var name in Files(Folder))
            {
                using var content = File.OpenRead(Path.Combine(Folder, name));
                var isProgram = name is Script or "dotnet/dotnet";
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = content,
                    ModificationTime = NoTime,
                    Mode = (UnixFileMode)(isProgram ? 0b111_101_101 : 0b110_100_100),
                });
            }
        File.Move(path + ".new", path, overwrite: true);
    }
}

/// <summary>What a kernel needs of a GPU, as the assembler says it.</summary>
internal sealed partial record KernelReport(string Module, string Name, string Architecture, int Registers, int SharedByteCount, int SpillByteCount)
{
    private static readonly string[] Architectures = ["sm_80", "sm_90"];

    public static KernelReport[] Of(IEnumerable<string> ptxFiles) =>
        [.. ptxFiles.SelectMany(path => Architectures.Select(architecture => (path, architecture))).SelectMany(item => Assemble(item.path, item.architecture))];

    public static void Print(KernelReport[] reports)
    {
        Console.WriteLine($"{"module",-20} {"kernel",-44} {string.Concat(Architectures.Select(architecture => $"| {architecture}: registers  shared  spills "))}");
        foreach (var kernel in reports.GroupBy(report => (report.Module, report.Name)))
            Console.WriteLine($"{kernel.Key.Module,-20} {kernel.Key.Name,-44} {string.Concat(kernel.Select(report => $"| {report.Registers,16} {report.SharedByteCount,7} {report.SpillByteCount,7} "))}");
        Console.WriteLine($"{reports.Select(report => report.Name).Distinct().Count()} kernels");
    }

    private static List<KernelReport> Assemble(string path, string architecture)
    {
        // The ptxas of CUDA 11.8 crashes for sm_90 on line information, which changes nothing that is reported here.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(path)!, "../report")).FullName;
        var bare = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}.{architecture}.ptx");
        File.WriteAllLines(bare, File.ReadLines(path).Where(line => !LineInformation().IsMatch(line)));
        var (reports, name, spills, complaints) = (new List<KernelReport>(), "", 0, new List<string>());
        var ptxas = Path.Combine(Path.GetDirectoryName(Shell.FindNvcc())!, OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas");
        var exitCode = Shell.Run(ptxas, ["-v", $"-arch={architecture}", bare, "-o", Path.ChangeExtension(bare, "cubin")], onLine: line =>
        {
            if (Entry().Match(line) is { Success: true } entry)
                name = entry.Groups[1].Value;
            else if (Spills().Match(line) is { Success: true } spill)
                spills = Number(spill, 1) + Number(spill, 2);
            else if (Resources().Match(line) is { Success: true } used)
                reports.Add(new KernelReport(Path.GetFileNameWithoutExtension(path), name, architecture, Number(used, 1), Number(Shared().Match(line), 1), spills));
            else if (!line.StartsWith("ptxas info", StringComparison.Ordinal))
                complaints.Add(line);
        }, withErrors: true);
        return exitCode == 0 ? reports : throw new StepFailedException($"{path}: ptxas for {architecture} failed ({exitCode}): {string.Join(' ', complaints)}");
    }

    private static int Number(Match match, int group) => match.Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^\s*\.(loc|file)\b")]
    private static partial Regex LineInformation();

    [GeneratedRegex("Compiling entry function '([^']+)'")]
    private static partial Regex Entry();

    [GeneratedRegex(@"(\d+) bytes spill stores, (\d+) bytes spill loads")]
    private static partial Regex Spills();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Resources();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();
}

/// <summary>Counts of tests; a run's counts add up.</summary>
internal readonly record struct Tally(int Passed = 0, int Failed = 0, int Skipped = 0)
{
    public static Tally operator +(Tally left, Tally right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);
}

/// <summary>A step that failed and has printed its output; the message is the one line that names it.</summary>
internal sealed class StepFailedException(string message) : Exception(message);

/// <summary>Something that the operating system must bring: how to see it, how to get it, what to say where that is not allowed.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="IsPresent">Whether this machine has it.</param>
/// <param name="DebianNames">Packages of which the first that exists is installed.</param>
/// <param name="HomebrewArguments">What `brew install` is given.</param>
/// <param name="DebianCompanions">Packages that are installed with it.</param>
/// <param name="IsNonFree">Whether Debian keeps it in its component for software that is not free.</param>
internal sealed record SystemPart(string Name, Func<bool> IsPresent, string[] DebianNames, string[] HomebrewArguments, string[]? DebianCompanions = null, bool IsNonFree = false)
{
    /// <summary>Debian 13 and Ubuntu 24.04 carry the t64 name.</summary>
    public static readonly SystemPart Libvips = new("libvips", HasLibvips, ["libvips42t64", "libvips42"], ["vips"]);

    public static readonly SystemPart Chromium = new("Chromium", HasChromium, ["chromium"], ["--cask", "chromium"]);

    public static readonly SystemPart CMake = new("CMake", () => Shell.Find("cmake") is not null, ["cmake"], ["cmake"]);

    public static readonly SystemPart Ninja = new("Ninja", () => Shell.Find("ninja") is not null, ["ninja-build"], ["ninja"]);

    // Debian's toolkit is 11.8, whose nvcc takes host compilers up to g++ 11.
    public static readonly SystemPart CudaToolkit = new("the CUDA toolkit", () => Shell.FindNvcc() is not null, ["nvidia-cuda-toolkit"], [], ["g++-11"], IsNonFree: true);

    /// <summary>What the simulator of kernels is built with.</summary>
    public static readonly SystemPart[] NativeTools = [new("a C++ compiler", () => Shell.Find("g++") is not null || Shell.Find("clang++") is not null, ["g++"], ["llvm"]), CMake, Ninja];

    public static bool ProvideAll(SystemPart[] parts, out string advice)
    {
        advice = "";
        foreach (var part in parts)
            if (!part.TryProvide(out advice))
                return false;
        return true;
    }

    public void Require()
    {
        if (!TryProvide(out var advice))
            throw new StepFailedException(advice);
    }

    /// <summary>True when the part is there or could be installed; else one line that says what to run.</summary>
    public bool TryProvide(out string advice)
    {
        advice = "";
        if (IsPresent())
            return true;
        Console.WriteLine($"{Name} is missing: installing it");
        if (Shell.Find("apt-get") is not null && Shell.CanAdminister)
            InstallWithApt();
        else if (Shell.Find("brew") is { } brew && HomebrewArguments.Length > 0)
            Shell.Run(brew, ["install", .. HomebrewArguments]);
        advice = $"{Name} is missing and could not be installed from here: {Cure}";
        return IsPresent();
    }

    private string Cure => OperatingSystem.IsWindows() ? $"install {Name} and put its folder on PATH."
        : OperatingSystem.IsMacOS() ? $"run: brew install {string.Join(' ', HomebrewArguments)}."
        : $"run: sudo apt-get install {DebianNames[^1]} (or your distribution's package of {Name}).";

    private void InstallWithApt()
    {
        if (IsNonFree && File.Exists("/etc/debian_version") && File.Exists(DebianSources))
            Shell.RunAsRoot("sed", "-i", "-E", "/^Components:/{/non-free( |$)/!s/$/ contrib non-free/}", DebianSources);
        Shell.RunAsRoot("apt-get", "update", "-qq");
        foreach (var name in DebianNames)
            if (Shell.RunAsRoot("apt-get", ["install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", name, .. DebianCompanions ?? []]) == 0)
                return;
    }

    private const string DebianSources = "/etc/apt/sources.list.d/debian.sources";

    // A libvips that the user names is the user's business: installing another would not be used.
    private static bool HasLibvips() => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("RETRIEVAL_LIBVIPS"))
        || LibvipsNames.Any(name => NativeLibrary.TryLoad(name, out _));

    private static string[] LibvipsNames => OperatingSystem.IsWindows() ? ["libvips-42.dll"]
        : OperatingSystem.IsMacOS() ? ["libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib", "/usr/local/lib/libvips.42.dylib"]
        : ["libvips.so.42", "/usr/local/lib/libvips.so.42"];

    private static bool HasChromium() =>
        new[] { "chromium", "chromium-browser", "google-chrome", "google-chrome-stable" }.Any(name => Shell.Find(name) is not null)
        || File.Exists("/Applications/Chromium.app/Contents/MacOS/Chromium")
        || File.Exists("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
}

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
