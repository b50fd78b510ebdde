using Retrieval.Tests.Index;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>
/// What the command says and returns on a machine where something about the GPU is missing, old, full or faulty: each time one line, with
/// exit code 2 where the user can put it right and 1 where it is our fault. Every run is a process of its own on a simulator that its
/// environment spoils.
/// </summary>
public sealed class BrokenMachineTests
{
    private const string Settings = "RETRIEVAL_SIMULATOR_SETTINGS";

    private static readonly string[] Pool = ["bench", "pool", "--cases", "2x3x5x31", "--repeat", "1", "--device", "cuda"];
    private static readonly string[] Network = ["bench", "embed", "--cases", "1x32x32", "--arch", "resnet18-w4", "--repeat", "1", "--device", "cuda"];
    private static readonly string[] Product = ["bench", "gemm", "--cases", "130x130x130", "--repeat", "1", "--device", "cuda"];

    public BrokenMachineTests() => TestDevices.RequireSimulator();

    [Fact]
    public void No_driver() =>
        Assert.StartsWith("error: libcuda.so.1 was not found: install NVIDIA's driver, or set RETRIEVAL_CUDA_DRIVER", Mistake(Pool, "RETRIEVAL_CUDA_DRIVER", "/no/such/folder"), StringComparison.Ordinal);

    [Fact]
    public void No_GPU() => Assert.Contains("does not start: CUDA_ERROR_NO_DEVICE (100)", Mistake(Pool, "device_count=0"), StringComparison.Ordinal);

    [Fact]
    public void No_such_GPU() =>
        Assert.Equal("error: device: cuda:7 does not exist, expected cuda:0 to cuda:1: the driver shows 2", Mistake([.. Pool[..^1], "cuda:7"], "device_count=2"));

    [Fact]
    public void An_old_driver() =>
        Assert.EndsWith("offers CUDA 11.8, expected 12.0 or later: install a newer NVIDIA driver", Mistake(Pool, "driver_version=11080"), StringComparison.Ordinal);

    [Fact]
    public void No_cuDNN() =>
        Assert.StartsWith("error: libcudnn.so.9 was not found: install cuDNN 8.9 or later", Mistake(Network, "RETRIEVAL_CUDNN", "/no/such/folder"), StringComparison.Ordinal);

    [Fact]
    public void An_old_cuDNN() =>
        Assert.Contains(" is version 8.7.0, expected 8.9 or later: install a newer one, or set RETRIEVAL_CUDNN to it", Mistake(Network, "cudnn_version=8700"), StringComparison.Ordinal);

    /// <summary>Products do without it.</summary>
    [Fact]
    public void No_cuBLAS()
    {
        var run = RetrievalProcess.Run(new() { ["RETRIEVAL_CUBLASLT"] = "/no/such/folder" }, Product);
        Assert.Equal((0, ""), (run.ExitCode, string.Join('\n', run.ErrorLines.Where(line => line.StartsWith("error", StringComparison.Ordinal)))));
    }

    [Fact]
    public void An_old_cuBLAS() =>
        Assert.Contains(" is version 11.11.3, expected 12.0 or later: install a newer one, or set RETRIEVAL_CUBLASLT to it", Mistake(Product, "cublaslt_version=111103"), StringComparison.Ordinal);

    [Fact]
    public void An_old_GPU()
    {
        using var folder = new TemporaryFolder();
        foreach (var module in (string[])["elementwise", "gem_pool"])
            File.WriteAllText(folder.File($"{module}.ptx"), ".version 7.8\n.target sm_80\n.address_size 64\n");
        var line = Mistake(Pool, new Dictionary<string, string> { ["RETRIEVAL_PTX"] = folder.Root, [Settings] = "compute_capability=7" });
        Assert.Contains("is for compute capability 8.0 or later, ", line, StringComparison.Ordinal);
        Assert.EndsWith("has 7.0: use a later GPU or --device cpu, or build the kernels for this one", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_memory()
    {
        var line = Mistake(Pool, "total_mebibytes=40");
        Assert.Contains("is out of memory: 64 MiB for ", line, StringComparison.Ordinal);
        Assert.Contains("reserved of 40 MiB, 40 MiB are free: use smaller batches or images", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_other_programs_have() =>
        Assert.Contains("reserved of 4096 MiB, 32 MiB are free, 4064 MiB belong to other programs: use smaller batches", Mistake(Pool, "total_mebibytes=4096 others_mebibytes=4064"), StringComparison.Ordinal);

    [Fact]
    public void A_GPU_that_is_lost() =>
        Assert.EndsWith("the GPU has failed or was lost: look at nvidia-smi and for Xid lines in the system's log, and restart the machine", Mistake(Pool, "fail_grid=214"), StringComparison.Ordinal);

    /// <summary>The line tells what failed; where in the code follows, for the report.</summary>
    [Fact]
    public void A_kernel_that_fails()
    {
        var run = Run(Pool, new() { [Settings] = "fail_grid=700" });
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        var line = Assert.Single(run.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.StartsWith("error: this is a fault of retrieval itself (cuda:0 (", line, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", line, StringComparison.Ordinal);
        Assert.Contains("set RETRIEVAL_CUDA_BLOCKING=1 to learn which kernel", line, StringComparison.Ordinal);
        Assert.EndsWith("please report it together with the lines below", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_on_one_GPU()
    {
        var runs = new RetrievalProcess[2];
        Parallel.For(0, runs.Length, i => runs[i] = RetrievalProcess.Run(Network));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
    }

    /// <summary>The one line of a run that was refused as the user's mistake.</summary>
    private static string Mistake(string[] arguments, Dictionary<string, string> environment)
    {
        var run = Run(arguments, environment);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        return Assert.Single(run.ErrorLines);
    }

    private static string Mistake(string[] arguments, string variable, string value) => Mistake(arguments, new Dictionary<string, string> { [variable] = value });

    private static string Mistake(string[] arguments, string planned) => Mistake(arguments, Settings, planned);

    /// <summary>Without the simulator's own remarks on what was planned.</summary>
    private static RetrievalProcess Run(string[] arguments, Dictionary<string, string> environment)
    {
        var run = RetrievalProcess.Run(environment, arguments);
        return run with { Error = string.Join('\n', run.ErrorLines.Where(line => !line.StartsWith("simulator: ", StringComparison.Ordinal))) };
    }
}
