using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>Each topic on a tiny case: it verifies itself, prints what it measured, and its compute path allocates nothing on the managed heap.</summary>
public sealed class BenchTests
{
    // The runtime's own threads may allocate a little while a benchmark runs; one string a call would be more.
    private const int Noise = 16;

    [Theory]
    [InlineData("gemm", "20x33x17", "gflops")]
    [InlineData("embed", "2x32x32", "imagesPerSecond")]
    [InlineData("train", "2x32x32", "imagesPerSecond")]
    [InlineData("pool", "2x3x5x31", "imagesPerSecond")]
    [InlineData("losses", "3x2x31", "imagesPerSecond")]
    [InlineData("netvlad", "2x3x5x31x7", "imagesPerSecond")]
    public void Prints_a_line_a_case_and_allocates_nothing(string topic, string sizes, string rate)
    {
        var run = RetrievalProcess.Run("bench", topic, "--cases", sizes, "--arch", "resnet18-w4", "--repeat", "200", "--threads", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.NotEmpty(run.JsonLines);
        foreach (var line in run.JsonLines)
        {
            Assert.Equal(topic, line.GetProperty("what").GetString());
            Assert.True(line.GetProperty("medianMs").GetDouble() > 0);
            Assert.True(line.GetProperty(rate).GetDouble() > 0);
            Assert.InRange(line.GetProperty("allocatedBytesPerCall").GetInt64(), 0, Noise);
        }
    }

    [Theory]
    [InlineData("search", "3000x8x2x5", "3000x8x1x4")]
    [InlineData("whiten", "8x20", "5x30")]
    [InlineData("kmeans", "300x8x5x3", "200x3x4x2")]
    public void Takes_several_cases(string topic, params string[] cases)
    {
        var run = RetrievalProcess.Run("bench", topic, "--cases", string.Join(',', cases), "--repeat", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(cases, run.JsonLines.Select(line => string.Join('x', line.EnumerateObject().Where(field => field.Name is "count" or "dimension" or "queries" or "k" or "pairs" or "clusters" or "iterations").Select(field => field.Value))));
    }

    [Theory]
    [InlineData("expected <dimension>x<pairs>", "bench", "whiten", "--cases", "256")]
    [InlineData("expected <m>x<n>x<k>", "bench", "gemm", "--cases", "1x0x2")]
    [InlineData("even batch", "bench", "train", "--cases", "3x32x32", "--arch", "resnet18-w4")]
    [InlineData("resnet152", "bench", "embed", "--arch", "vgg")]
    [InlineData("'spam'", "bench", "spam")]
    [InlineData("--cases", "bench", "--cases", "1x2x3")]
    public void Wrong_arguments_are_one_line(string complaint, params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
