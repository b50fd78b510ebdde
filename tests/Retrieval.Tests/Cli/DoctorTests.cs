using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class DoctorTests
{
    [Fact]
    public void Prints_tables_for_people()
    {
        var run = RetrievalProcess.Run("doctor", "--threads", "3");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(RuntimeInformation.FrameworkDescription, run.Output, StringComparison.Ordinal);
        Assert.Contains("3 threads", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public void Prints_one_json_object_a_line_for_programs()
    {
        var run = RetrievalProcess.Run("doctor", "--json");
        Assert.Equal(0, run.ExitCode);
        var platform = Assert.Single(Of(run, "platform"));
        Assert.Equal(Environment.ProcessorCount, platform.GetProperty("cores").GetInt32());
        Assert.True(platform.GetProperty("memoryGiB").GetDouble() > 0);
        var devices = Of(run, "device").ToDictionary(line => line.GetProperty("name").GetString()!, line => line.GetProperty("available").GetBoolean());
        Assert.True(devices["cpu"]);
        Assert.Contains("cuda:0", devices.Keys);
    }

    [Fact]
    public void Tells_where_libvips_was_found()
    {
        var library = Assert.Single(Of(RetrievalProcess.Run("doctor", "--json"), "library"));
        Assert.True(library.GetProperty("found").GetBoolean());
        Assert.NotEmpty(library.GetProperty("version").GetString()!);
        Assert.Contains("JPEG", library.GetProperty("formats").EnumerateArray().Select(format => format.GetString()));
        Assert.NotEmpty(library.GetProperty("tried").EnumerateArray());
    }

    [Fact]
    public void A_missing_libvips_is_told_with_what_was_tried_and_what_to_do()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), "no-such-folder", "libvips.so");
        var run = RetrievalProcess.Run(new Dictionary<string, string> { ["RETRIEVAL_LIBVIPS"] = nowhere }, "doctor", "--json");
        Assert.Equal(2, run.ExitCode);
        Assert.False(Assert.Single(Of(run, "library")).GetProperty("found").GetBoolean());
        var line = Assert.Single(run.ErrorLines);
        Assert.Contains(nowhere, line, StringComparison.Ordinal);
        Assert.Contains("RETRIEVAL_LIBVIPS", line, StringComparison.Ordinal);
    }

    /// <summary>The build program relies on these switches of the runtime to reach every vector path: they must do what they promise.</summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "AVX-512F", 256)]
    [InlineData("DOTNET_EnableAVX2", "AVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", "SSE4.2", 0)]
    public void Sees_instruction_sets_that_are_switched_off(string name, string instructions, int vectorBits)
    {
        Assert.SkipUnless(X86Base.IsSupported, "the switches are those of x64 processors");
        var run = RetrievalProcess.Run(new Dictionary<string, string> { [name] = "0" }, "doctor", "--json");
        var line = Assert.Single(Of(run, "instructions"), line => line.GetProperty("name").GetString() == instructions);
        Assert.False(line.GetProperty("supported").GetBoolean());
        Assert.True(Assert.Single(Of(run, "platform")).GetProperty("vectorBits").GetInt32() <= vectorBits);
    }

    private static IEnumerable<JsonElement> Of(RetrievalProcess run, string what) =>
        run.JsonLines.Where(line => line.GetProperty("what").GetString() == what);
}
