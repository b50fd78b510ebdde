using System.Text.Json;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>Centroid retrieval as a user runs it, on a set in the form of Market-1501.</summary>
public sealed class CentroidVerbsTests : IClassFixture<TinySet>
{
    private const int Cameras = 3;
    private static readonly string[] Small = ["--size", "32x32", "--threads", "2"];

    private readonly TinySet _set;
    private readonly string _market;

    public CentroidVerbsTests(TinySet set)
    {
        _set = set;
        _market = set.File("market");
        if (!Directory.Exists(_market))
            Write();
    }

    [Fact]
    public void Instances_and_centroids_are_scored_side_by_side()
    {
        var run = Succeed(["eval", "--model", _set.Model, "--data", _market, "--json", .. Small]);
        var lines = run.JsonLines.Where(line => Text(line, "descriptor") == "model (resnet18-w4 Gem)").ToArray();
        Assert.Equal(["instances", "centroids", "centroids without the query's camera"], lines.Select(line => Text(line, "variant")));
        // Of four identities and the distractors; then of each identity without either of its queries' two cameras.
        Assert.Equal([19, 5, 8], lines.Select(line => line.GetProperty("entries").GetInt32()));
        Assert.All(lines, line =>
        {
            Assert.Equal(line.GetProperty("entries").GetInt64() * TinySet.Dimension * sizeof(float), line.GetProperty("bytes").GetInt64());
            Assert.True(line.GetProperty("searchUs").GetDouble() > 0);
            Assert.InRange(line.GetProperty("map").GetDouble(), 10, 100);
            Assert.InRange(line.GetProperty("recallAt10").GetDouble(), line.GetProperty("recallAt1").GetDouble(), 100);
            Assert.Contains("re-identification", Text(line, "protocol"), StringComparison.Ordinal);
        });
        Assert.Equal(3, run.JsonLines.Count(line => Text(line, "descriptor") == "colour histogram"));
        Assert.Contains(run.ErrorLines, line => line.StartsWith("memory: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Folders_of_classes_are_scored_by_centroids_without_the_query()
    {
        var run = Succeed(["eval", "--model", _set.Model, "--data", _set.Images, "--centroids", "--json", .. Small]);
        var lines = run.JsonLines.Where(line => Text(line, "descriptor") == "model (resnet18-w4 Gem)").ToArray();
        Assert.Equal(["instances", "centroids without the query"], lines.Select(line => Text(line, "variant")));
        Assert.Equal([TinySet.ImageCount, TinySet.ClassCount], lines.Select(line => line.GetProperty("entries").GetInt32()));
        Assert.All(lines, line => Assert.Equal(line.GetProperty("entries").GetInt64() * TinySet.Dimension * sizeof(float), line.GetProperty("bytes").GetInt64()));
        Assert.InRange(lines[1].GetProperty("map").GetDouble(), 100.0 / TinySet.ClassCount, 100);
        var refused = RetrievalProcess.Run(["eval", "--model", _set.Model, "--data", _set.Images, "--centroids", "--expand", "3", .. Small]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--expand and --centroids: expected one of them", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_of_centroids_answers_with_classes()
    {
        string centroids = _set.File("centroids.index"), query = Directory.GetFiles(Path.Combine(_market, "query")).Order(StringComparer.Ordinal).First();
        var made = Assert.Single(Succeed(["index", "--model", _set.Model, "--data", _market, "--out", centroids, "--centroids", "--json", .. Small]).JsonLines);
        Assert.Equal((4, "4 of 16 descriptors"), (made.GetProperty("count").GetInt32(), Text(made, "centroids")));
        var found = Succeed("search", "--index", centroids, "--model", _set.Model, "--query", query, "--json", "--threads", "2").JsonLines;
        Assert.Equal(["0001", "0002", "0003", "0004"], found.Select(line => Text(line, "label")).Order());
        Assert.Equal("0001", Text(found[0], "label"));
        Assert.All(found, line => Assert.StartsWith(Text(line, "label"), Path.GetFileName(Text(line, "path")), StringComparison.Ordinal));
    }

    [Fact]
    public void What_makes_no_sense_together_is_one_line()
    {
        var run = RetrievalProcess.Run(["index", "--model", _set.Model, "--data", _market, "--out", _set.File("x.index"), "--centroids", "--dba", "2", .. Small]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--centroids and --dba: expected one of them", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        run = RetrievalProcess.Run(["index", "--model", _set.Model, "--data", Path.Combine(_set.Images, "class0"), "--out", _set.File("x.index"), "--centroids", .. Small]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("centroids: expected descriptors with classes", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    /// <summary>Four identities seen by three cameras, queries of two of them; three distractors and a detection that is junk.</summary>
    private void Write()
    {
        foreach (var part in (string[])["query", "bounding_box_test", "bounding_box_train"])
            Directory.CreateDirectory(Path.Combine(_market, part));
        var frame = 0;
        for (var identity = 1; identity <= TinySet.ClassCount; identity++)
            for (var image = 0; image < TinySet.ImagesPerClass; image++)
            {
                var part = image < 2 ? "query" : image == 2 ? "bounding_box_train" : "bounding_box_test";
                var number = (identity, image) switch { (4, 5) => "-1", (4, > 5) or (3, 7) => "0000", _ => $"{identity:D4}" };
                var name = $"{number}_c{(image % Cameras) + 1}s1_{++frame:D6}_00.png";
                File.Copy(_set.File("images", $"class{identity - 1}", $"{image:D3}.png"), Path.Combine(_market, part, name));
            }
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static RetrievalProcess Succeed(params string[] arguments)
    {
        var run = RetrievalProcess.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
