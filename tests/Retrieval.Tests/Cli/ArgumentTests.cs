using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData("expected a verb")]
    [InlineData("'trian'", "trian")]
    [InlineData("'tpu'", "doctor", "--device", "tpu")]
    [InlineData("expected f32, tf32 or bf16, got 'f16'", "doctor", "--precision", "f16")]
    [InlineData("cpu computes in f32 alone, got bf16: leave --precision out, or use --device cuda", "bench", "gemm", "--precision", "bf16")]
    [InlineData("expected a number from 0", "doctor", "--threads", "-1")]
    [InlineData("expected a number from 0", "doctor", "--seed", "x")]
    [InlineData("--seed", "doctor", "--seed")]
    [InlineData("--jsn", "doctor", "--jsn")]
    [InlineData("'more'", "doctor", "more")]
    public void A_wrong_argument_is_one_line_and_exit_code_2(string complaint, params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(complaint, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("doctor", "--help")]
    [InlineData("--version")]
    public void Help_and_version_go_to_standard_output(params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.NotEmpty(run.Output);
    }
}
