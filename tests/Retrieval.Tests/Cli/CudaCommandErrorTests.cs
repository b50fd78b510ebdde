using Retrieval.Cli;
using Retrieval.Tests.Host.Cuda;
using Retrieval.Tests.Index;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>What a whole command says, and returns, when a device fails it. The simulator is told to fail within this process.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class CudaCommandErrorTests : IDisposable
{
    private const int IllegalAddress = 700;

    private readonly Simulator _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Fact]
    public void An_old_driver()
    {
        _simulator.SetDriverVersion(11080);
        Assert.EndsWith("offers CUDA 11.8, expected 12.0 or later: install a newer NVIDIA driver", Mistake(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there() =>
        Assert.Equal("error: device: cuda:7 does not exist, expected cuda:0 to cuda:1: the driver shows 2", Mistake("--device", "cuda:7"));

    [Fact]
    public void An_old_device()
    {
        using var variables = new Variables();
        using var folder = new TemporaryFolder();
        variables.Set("RETRIEVAL_PTX", folder.Root);
        foreach (var module in new[] { "elementwise", "gem_pool" })
            File.WriteAllText(folder.File($"{module}.ptx"), ".version 7.8\n.target sm_80\n.address_size 64\n");
        _simulator.SetComputeCapability(7);
        var line = Mistake();
        Assert.Contains("is for compute capability 8.0 or later, ", line, StringComparison.Ordinal);
        Assert.EndsWith("has 7.0: use a later GPU or --device cpu, or build the kernels for this one", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_memory()
    {
        _simulator.SetTotalMemory((nuint)40 << 20);
        Assert.Contains("is out of memory", Mistake(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_fails_is_our_fault()
    {
        _simulator.FailNextGrid(IllegalAddress);
        var (exitCode, error) = Run();
        Assert.Equal(ExitCode.OurFault, exitCode);
        Assert.StartsWith("error: this is a fault of retrieval itself", error, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", error, StringComparison.Ordinal);
    }

    /// <summary>The one line of a run that was refused as the user's mistake.</summary>
    private static string Mistake(params string[] others)
    {
        var (exitCode, error) = Run(others);
        Assert.Equal(ExitCode.UsersMistake, exitCode);
        return Assert.Single(error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private static (int ExitCode, string Error) Run(params string[] others)
    {
        using var interruption = new Interruption();
        using var error = new StringWriter();
        string[] device = others.Length > 0 ? others : ["--device", "cuda:1"];
        var exitCode = new CommandLine(Program.Verbs, TextWriter.Null, error, interruption).Run(["bench", "pool", "--cases", "2x3x5x31", "--repeat", "1", .. device]);
        return (exitCode, error.ToString());
    }
}
