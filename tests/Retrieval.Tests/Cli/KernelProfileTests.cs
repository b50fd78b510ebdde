using Retrieval.Cli.Profiling.Kernels;
using Retrieval.Host;
using Retrieval.Host.Diagnostics;
using Retrieval.Tests.Architecture;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class KernelProfileTests
{
    /// <summary>Runs once when weights are prepared, and costs no more than its launch.</summary>
    private const string Untimed = "fold_weights";

    private static readonly string[] OfLibraries = [KernelCase.Convolution, KernelCase.Product];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_kernel_file_is_timed(bool tiny)
    {
        var files = SourceTree.Repository.Under("native/kernels/", ".cu").Select(file => Path.GetFileNameWithoutExtension(file.Key)).Where(name => name != Untimed);
        Assert.Equal(files.Order(), KernelProfile.Cases(new KernelSizes(tiny)).Select(FirstWord).Except(OfLibraries).Distinct().Order());
    }

    /// <summary>Each pass of each layer that has it, in each type; products in both layouts and both precisions.</summary>
    [Fact]
    public void What_libraries_compute_is_timed()
    {
        var cases = KernelProfile.Cases(new KernelSizes(tiny: false)).Where(item => OfLibraries.Contains(FirstWord(item))).ToArray();
        Assert.Equal(cases.Length, cases.Distinct().Count());
        foreach (var type in (ElementType[])[ElementType.BFloat16, ElementType.Float32])
        {
            Assert.Equal((5, 4, 5), (Count("forward"), Count("input gradient"), Count("weight gradient")));
            int Count(string pass) => cases.Count(item => item.Type == type && item.Kernel.StartsWith(KernelCase.Convolution, StringComparison.Ordinal) && item.Kernel.EndsWith(pass, StringComparison.Ordinal));
        }
        var stem = cases.First(item => item.Kernel == "convolution stem forward" && item.Type == ElementType.BFloat16);
        Assert.Equal(new Work((2L * 256 * ((224 * 224 * 3) + (112 * 112 * 64))) + (4 * 64 * 49 * 3), 2L * 256 * 112 * 112 * 64 * 49 * 3), stem.Work);
        Assert.Equal([ElementType.Float32, ElementType.Float32, ElementType.Float32, ElementType.Float64], cases.Where(item => FirstWord(item) == KernelCase.Product).Select(item => item.Type));
        // From so many multiplications on a product is the library's.
        Assert.All(cases.Where(item => FirstWord(item) == KernelCase.Product), item => Assert.True(item.Work.Flops / 2 >= 1 << 21));
        Assert.True(KernelProfile.Cases(new KernelSizes(tiny: false)).Single(item => item.Kernel == "matrix_product").Work.Flops / 2 < 1 << 21);
    }

    /// <summary>Their heads give the time of many of these at the 4.3 TB/s of a copy: the bytes counted here are those.</summary>
    [Theory]
    [InlineData("relu backward", "[256, 56, 56, 256]", 1.23e9)]
    [InlineData("batch_norm backward", "[256, 56, 56, 256]", 1.23e9 + 1.64e9)]
    [InlineData("max_pool forward", "[256, 112, 112, 64]", 0.72e9)]
    [InlineData("gem_pool backward", "[256, 7, 7, 2048]", 107e6)]
    [InlineData("optimizers adam", "[50, 512000]", 717e6)]
    [InlineData("images", "[256, 224, 224, 3]", 94e6 + 77e6)]
    [InlineData("aggregate_scales", "[3, 100000, 2048]", 3.3e9)]
    public void Work_is_what_the_kernels_heads_say(string kernel, string shape, double bytes)
    {
        var item = KernelProfile.Cases(new KernelSizes(tiny: false)).First(item => item.Kernel == kernel && item.Shape.ToString() == shape);
        Assert.InRange(item.Work.Bytes / bytes, 0.98, 1.02);
    }

    [Fact]
    public void Kernels_are_timed_by_the_command()
    {
        var run = RetrievalProcess.Run("profile", "kernels", "--tiny", "--repeat", "2", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("ceilings", run.JsonLines[0].GetProperty("what").GetString());
        Assert.True(run.JsonLines[0].GetProperty("copy").GetDouble() > 0);
        var lines = run.JsonLines[1..];
        Assert.True(lines.Length > 30, $"{lines.Length} lines");
        Assert.Contains(lines, line => line.GetProperty("kernel").GetString() == "convolution 3x3 weight gradient");
        Assert.All(lines, line =>
        {
            Assert.Equal("kernel", line.GetProperty("what").GetString());
            double fastest = line.GetProperty("fastestUs").GetDouble(), median = line.GetProperty("medianUs").GetDouble(), slowest = line.GetProperty("slowestUs").GetDouble();
            Assert.True(0 < fastest && fastest <= median && median <= slowest, line.ToString());
            Assert.Equal(line.GetProperty("bytes").GetInt64() / median * 1e6, line.GetProperty("bytesPerSecond").GetDouble(), 1e-6 * line.GetProperty("bytesPerSecond").GetDouble());
            Assert.Contains(line.GetProperty("bound").GetString(), new[] { "memory", "arithmetic", "launch" });
        });
    }

    private static string FirstWord(KernelCase item) => item.Kernel.Split(' ')[0];
}
