using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Retrieval.Tests.Support;
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
        var library = Library(RetrievalProcess.Run("doctor", "--json"), "libvips");
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
        Assert.False(Library(run, "libvips").GetProperty("found").GetBoolean());
        var line = Assert.Single(run.ErrorLines);
        Assert.Contains(nowhere, line, StringComparison.Ordinal);
        Assert.Contains("RETRIEVAL_LIBVIPS", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_the_cuda_devices_and_where_their_kernels_come_from()
    {
        TestDevices.Require(TestDevices.Cuda);
        var run = RetrievalProcess.Run("doctor", "--json");
        var driver = Library(run, "CUDA driver");
        Assert.True(driver.GetProperty("found").GetBoolean());
        Assert.True(Version.Parse(driver.GetProperty("version").GetString()!) >= new Version(12, 0));
        var device = Assert.Single(Of(run, "device"), line => line.GetProperty("name").GetString() == "cuda:0");
        Assert.True(device.GetProperty("available").GetBoolean());
        Assert.NotEmpty(device.GetProperty("model").GetString()!);
        Assert.True(Version.Parse(device.GetProperty("computeCapability").GetString()!) >= new Version(8, 0));
        Assert.True(device.GetProperty("memoryGiB").GetDouble() > 0);
        Assert.Contains(" modules of ", device.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_cuda_driver_is_told_with_what_was_tried_and_what_to_do()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), "no-such-folder", "libcuda.so");
        var run = RetrievalProcess.Run(new Dictionary<string, string> { ["RETRIEVAL_CUDA_DRIVER"] = nowhere }, "doctor", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var driver = Library(run, "CUDA driver");
        Assert.False(driver.GetProperty("found").GetBoolean());
        Assert.Contains($"RETRIEVAL_CUDA_DRIVER to the library or its folder; tried: {nowhere}", driver.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.False(Assert.Single(Of(run, "device"), line => line.GetProperty("name").GetString() == "cuda:0").GetProperty("available").GetBoolean());
    }

    [Fact]
    public void Shows_the_libraries_of_a_cuda_device()
    {
        TestDevices.Require(TestDevices.Cuda);
        var run = RetrievalProcess.Run("doctor", "--json");
        foreach (var name in (string[])["cuDNN", "cuBLASLt"])
        {
            var library = Library(run, name);
            Assert.True(library.GetProperty("found").GetBoolean());
            Assert.True(Version.Parse(library.GetProperty("version").GetString()!) >= new Version(8, 9));
            Assert.NotEmpty(library.GetProperty("tried").EnumerateArray());
        }
        // It is there or not, and tells no version.
        Assert.NotEmpty(Library(run, "NVTX").GetProperty("tried").EnumerateArray());
    }

    [Fact]
    public void Libraries_that_are_missing_or_wrong_are_told_with_what_was_tried_and_what_to_do()
    {
        TestDevices.Require(TestDevices.Cuda);
        var nowhere = Path.Combine(Path.GetTempPath(), "no-such-folder", "libcudnn.so.9");
        var wrong = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*System.Native.*").First(file => !file.EndsWith(".a", StringComparison.Ordinal));
        var run = RetrievalProcess.Run(new Dictionary<string, string> { ["RETRIEVAL_CUDNN"] = nowhere, ["RETRIEVAL_CUBLASLT"] = wrong, ["RETRIEVAL_NVTX"] = wrong }, "doctor", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($"libcudnn.so.9 was not found: install cuDNN 8.9 or later (pip install nvidia-cudnn-cu12 will do), or set RETRIEVAL_CUDNN to the library or its folder; tried: {nowhere}",
            Library(run, "cuDNN").GetProperty("problem").GetString());
        Assert.Equal($"{wrong} is not cuBLASLt, as it lacks cublasLtGetVersion: set RETRIEVAL_CUBLASLT to the library or its folder (see retrieval doctor)",
            Library(run, "cuBLASLt").GetProperty("problem").GetString());
        Assert.Equal($"{wrong} is not NVTX, as it lacks nvtxRangePushA: set RETRIEVAL_NVTX to the library or its folder (see retrieval doctor)",
            Library(run, "NVTX").GetProperty("problem").GetString());
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

    private static JsonElement Library(RetrievalProcess run, string name) =>
        Assert.Single(Of(run, "library"), line => line.GetProperty("name").GetString() == name);

    private static IEnumerable<JsonElement> Of(RetrievalProcess run, string what) =>
        run.JsonLines.Where(line => line.GetProperty("what").GetString() == what);
}
