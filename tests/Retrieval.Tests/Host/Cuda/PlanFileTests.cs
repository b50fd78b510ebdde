using Retrieval.Host;
using Retrieval.Host.Backends.Cuda.Convolutions;
using Retrieval.Tests.Index;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>The plans of convolutions that are kept between runs.</summary>
public sealed class PlanFileTests : IDisposable
{
    private static readonly Version Cudnn = new(9, 5, 1);
    private static readonly EngineChoice Choice = new(37, [new EngineKnob(2, 5), new EngineKnob(11, -1)]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Path => _folder.File("convolution-plans-nvidia-h200--141-gb--9.5.1.json");

    [Fact]
    public void WhatIsChosenIsFoundAgain()
    {
        Open().Add(Problem(1), Choice);
        var found = Open().Find(Problem(1));
        Assert.NotNull(found);
        Assert.Equal(Choice.Engine, found.Engine);
        Assert.Equal(Choice.Knobs, found.Knobs);
        foreach (var other in Different(Problem(1)))
            Assert.Null(Open().Find(other));
        Assert.Equal(Path, Assert.Single(Directory.EnumerateFiles(_folder.Root)));
        Assert.Equal("""{"problem":"Forward x [2, 7, 7, 1] w [8, 3, 3, 1] stride 1 padding 1 dilation 1 Float32 to Float32 aligned to 16","engine":37,"knobs":[{"kind":2,"value":5},{"kind":11,"value":-1}]}""",
            Assert.Single(File.ReadAllLines(Path)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json at all")]
    [InlineData("{\"problem\":null,\"engine\":1,\"knobs\":[]}")]
    [InlineData("{\"problem\":\"x\",\"engine\":-1,\"knobs\":[]}")]
    [InlineData("{\"problem\":\"x\",\"engine\":1}")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("{\"problem\":\"x\",\"engine\":1,\"knobs\":[{\"kind\":2")]
    public void WhatIsDamagedIsWrittenAnew(string text)
    {
        File.WriteAllText(Path, text);
        var file = Open();
        Assert.Null(file.Find(Problem(1)));
        file.Add(Problem(1), Choice);
        Assert.Single(File.ReadAllLines(Path), line => line.Contains("\"engine\":37", StringComparison.Ordinal));
        Assert.All(File.ReadAllLines(Path), line => Assert.StartsWith("{\"problem\":\"", line, StringComparison.Ordinal));
        Assert.Equal(37, Open().Find(Problem(1))?.Engine);
    }

    [Fact]
    public void WithoutAFolderNothingIsKept()
    {
        var file = new PlanFile(null, "any", Cudnn);
        file.Add(Problem(1), Choice);
        Assert.Null(file.Find(Problem(1)));
    }

    [Fact]
    public void AFolderThatCannotBeIsDoneWithout()
    {
        File.WriteAllText(_folder.File("taken"), "");
        var file = new PlanFile(_folder.File("taken"), "any", Cudnn);
        file.Add(Problem(1), Choice);
        Assert.Equal(37, file.Find(Problem(1))?.Engine);
    }

    [Fact]
    public void SeveralWritersDoNoHarm()
    {
        PlanFile[] writers = [Open(), Open(), Open(), Open()];
        Parallel.For(0, writers.Length, writer =>
        {
            for (var i = 0; i < 10; i++)
                writers[writer].Add(Problem((10 * writer) + i + 1), Choice with { Engine = i });
        });
        // Each line is whole, and nothing is left beside the file.
        Assert.Equal(Path, Assert.Single(Directory.EnumerateFiles(_folder.Root)));
        var lines = File.ReadAllLines(Path);
        Assert.InRange(lines.Length, 10, 40);
        Assert.All(lines, line => Assert.EndsWith("{\"kind\":11,\"value\":-1}]}", line, StringComparison.Ordinal));
        // What one writer has added is all there once it adds again.
        writers[0].Add(Problem(100), Choice);
        Assert.All(Enumerable.Range(1, 10), i => Assert.NotNull(Open().Find(Problem(i))));
    }

    private PlanFile Open() => new(_folder.Root, "NVIDIA H200 (141 GB)", Cudnn);

    private static ConvolutionProblem Problem(int channels) =>
        new(ConvolutionPass.Forward, new Shape(2, 7, 7, channels), 8, ConvolutionGeometry.Square(3, 1, 1), ElementType.Float32, ElementType.Float32, 16);

    /// <summary>Problems that differ in one thing each.</summary>
    private static IEnumerable<ConvolutionProblem> Different(ConvolutionProblem problem) =>
    [
        problem with { Pass = ConvolutionPass.InputGradient },
        problem with { Input = new Shape(3, 7, 7, 1) },
        problem with { Filters = 9 },
        problem with { Geometry = ConvolutionGeometry.Square(3, 2, 1) },
        problem with { Geometry = ConvolutionGeometry.Square(3, 1, 1, 2) },
        problem with { Geometry = ConvolutionGeometry.Square(3) },
        problem with { Maps = ElementType.BFloat16 },
        problem with { Result = ElementType.BFloat16 },
        problem with { Alignment = 4 },
        problem with { Shift = true },
        problem with { Residual = true },
        problem with { Relu = true },
        problem with { Accumulate = true },
        problem with { Strict = true },
    ];
}
