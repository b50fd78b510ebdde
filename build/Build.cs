using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

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

    // `dotnet format` looks at projects only: this program, which belongs to none, takes a pass of its own.
    private static string[][] FormatPasses => [["format", Solution], ["format", "whitespace", ".", "--folder", "--include", "build.cs", "build/"]];

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
