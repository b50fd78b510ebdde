using System.Text.Json;
using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The verbs on a CUDA device, as real processes; their files move between it and the processor, and in float32 both rank alike.</summary>
[Trait("device", "cuda")]
[Unwatched]
public sealed class CudaVerbsTests : IClassFixture<TinySet>
{
    private static readonly string[] Cuda = ["--device", "cuda", "--precision", "f32"], Cpu = ["--device", "cpu"];

    private readonly TinySet _set;

    public CudaVerbsTests(TinySet set)
    {
        TestDevices.Require(TestDevices.Cuda);
        _set = set;
    }

    [Fact]
    public void A_training_goes_on_on_the_other_device()
    {
        var onCuda = Train("moving", epochs: 1, Cuda);
        Assert.Contains(onCuda.ErrorLines, line => line.Contains("f32 on cuda:0", StringComparison.Ordinal));
        Assert.Contains(onCuda.ErrorLines, line => line.StartsWith("memory: ", StringComparison.Ordinal) && line.Contains(" free on cuda:0 (", StringComparison.Ordinal));
        Assert.Equal(Losses(Train("staying", epochs: 2, Cpu)), Losses(Train("moving", epochs: 2, [.. Cpu, "--resume"])), (expected, got) => Math.Abs(expected - got) < 2e-3 * expected);
    }

    [Fact]
    public void From_images_to_figures_as_on_the_processor()
    {
        string[] models = [_set.File("cpu-whitened.safetensors"), _set.File("cuda-whitened.safetensors")], indices = [_set.File("cpu.index"), _set.File("cuda.index")];
        foreach (var (device, i) in new[] { (Cpu, 0), (Cuda, 1) })
        {
            Succeed(["whiten", "--model", _set.Model, "--data", _set.Images, "--out", models[i], "--dimensions", "8", "--regularisation", "0.05", .. Small, .. device]);
            // Of one model: a file of descriptors remembers which.
            Succeed(["index", "--model", models[0], "--data", _set.Images, "--out", indices[i], .. Small, .. device]);
        }
        using (var device = Device.OpenCpu(1))
        {
            using FlatIndex cpu = FlatIndex.Open(device, indices[0]), cuda = FlatIndex.Open(device, indices[1]);
            for (var row = 0; row < TinySet.ImageCount; row++)
                Assert.Equal(Descriptor(cpu, row), Descriptor(cuda, row), (expected, got) => Math.Abs(expected - got) < 1e-4);
        }
        // What one device made is searched on the other.
        var onCpu = Search(indices[1], models[0], Cpu);
        Assert.Equal(onCpu, Search(indices[1], models[0], Cuda));
        Assert.Equal(Figures(models[0], Cpu), Figures(models[1], Cuda), (expected, got) => Math.Abs(expected - got) < 0.1);
    }

    [Fact]
    public void A_benchmark_says_its_precision()
    {
        var run = Succeed("bench", "train", "--cases", "2x64x64", "--arch", "resnet18-w4", "--repeat", "1", "--device", "cuda");
        Assert.Equal(("cuda:0", "bf16"), (Text(Assert.Single(run.JsonLines), "device"), Text(run.JsonLines[0], "precision")));
    }

    private static string[] Small => ["--size", "32x32", "--threads", "2"];

    private RetrievalProcess Train(string folder, int epochs, string[] device) => Succeed(["train", "--data", _set.Images, "--out", _set.File(folder), "--epochs", $"{epochs}",
        "--arch", "resnet18-w4", "--size", "16x16", "--negatives", "2", "--tuples", "8", "--threads", "1", "--seed", "3", "--json", .. device]);

    private static double[] Losses(RetrievalProcess run) => [.. run.JsonLines.Select(line => line.GetProperty("loss").GetDouble())];

    private (string Query, long Id)[] Search(string index, string model, string[] device) => [.. Succeed(["search", "--index", index, "--model", model,
        "--query", _set.File("images", "class1"), "--top", "32", "--json", .. device]).JsonLines.Select(line => (Text(line, "query"), line.GetProperty("id").GetInt64()))];

    private double[] Figures(string model, string[] device) =>
        [.. Succeed(["eval", "--model", model, "--data", _set.Images, "--json", .. Small, .. device]).JsonLines.Select(line => line.GetProperty("map").GetDouble())];

    private static float[] Descriptor(FlatIndex index, int row)
    {
        var descriptor = new float[index.Dimension];
        index.CopyDescriptor(row, descriptor);
        return descriptor;
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static RetrievalProcess Succeed(params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
