using Retrieval.Datasets;
using Retrieval.Datasets.Readers;
using Retrieval.Evaluation;
using Xunit;

namespace Retrieval.Tests.Datasets;

public sealed class LandmarkBenchmarkTests : IDisposable
{
    private const string Valid = """
        {"imlist": ["hall_1", "sub/hall_2", "barn_1", "barn_2"],
         "qimlist": ["hall_0", "barn_0"],
         "gnd": [{"bbx": [1.5, 2, 30, 40.25], "easy": [1], "hard": [0], "junk": [2]},
                 {"easy": [], "hard": [2, 3], "junk": [], "note": "whole photograph"}]}
        """;

    private readonly ScratchFolder _folder = new();

    public LandmarkBenchmarkTests() =>
        _folder.Images("jpg/hall_0.jpg", "jpg/hall_1.JPEG", "jpg/sub/hall_2.png", "jpg/barn_0.webp", "jpg/barn_1.jpg", "jpg/barn_2.jpg");

    [Fact]
    public void Names_boxes_and_answers()
    {
        var benchmark = LandmarkBenchmark.Read(_folder.Text("gnd_village.json", Valid));
        Assert.Equal("village", benchmark.Name);
        Assert.Equal(
            ["jpg/hall_1.JPEG", "jpg/sub/hall_2.png", "jpg/barn_1.jpg", "jpg/barn_2.jpg"],
            benchmark.Database.Select(item => Path.GetRelativePath(_folder.Path, item.Path)));
        Assert.Equal(new ImageItem(_folder.At("jpg/hall_0.jpg"), Box: new QueryBox(1.5f, 2, 30, 40.25f)), benchmark.Queries[0].Image);
        Assert.Null(benchmark.Queries[1].Image.Box);
        Assert.Equal([[1], [0], [2]], [benchmark.Queries[0].Easy, benchmark.Queries[0].Hard, benchmark.Queries[0].Junk]);
        var easy = benchmark.GroundTruth.For(Difficulty.Easy);
        Assert.Equal([Relevance.Junk, Relevance.Positive, Relevance.Junk, Relevance.Negative], Enumerable.Range(0, 4).Select(index => easy.Judge(0, index)));
        Assert.Equal([0, 2, 2], Enum.GetValues<Difficulty>().Select(difficulty => benchmark.GroundTruth.For(difficulty).PositiveCount(1)));
    }

    [Fact]
    public void Images_may_lie_elsewhere_and_names_may_have_extensions()
    {
        _folder.Images("photos/a.jpg", "photos/b.png");
        var truth = _folder.Text("gnd.json", """{"imlist": ["a.jpg"], "qimlist": ["b"], "gnd": [{"easy": [0], "hard": [], "junk": []}]}""");
        Assert.Equal(_folder.At("photos/a.jpg"), LandmarkBenchmark.Read(truth, _folder.At("photos")).Database[0].Path);
    }

    [Theory]
    [InlineData("\"hall_1\"", "\"hall_9\"", "1 of 4 images of imlist are not in")]
    [InlineData("\"hall_1\"", "\"../gnd_village\"", "the first is '../gnd_village'")]
    [InlineData("\"hall_0\"", "\"/etc/passwd\"", "1 of 2 images of qimlist are not in")]
    public void Missing_images(string old, string replacement, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<FileNotFoundException>(() => Read(Valid.Replace(old, replacement, StringComparison.Ordinal))).Message);

    [Theory]
    [InlineData("\"barn_2\"", "\"barn_1\"", "imlist lists 'barn_1' twice")]
    [InlineData("\"barn_2\"", "null", "imlist lists 'null' as a name")]
    [InlineData(", \"barn_0\"", "", "qimlist has 1 queries, gnd has answers for 2")]
    [InlineData("[2, 3]", "[2, 4]", "query 1 lists image 4, but the database holds 4 images")]
    [InlineData("[2, 3]", "[2, 2]", "query 1 lists image 2 twice")]
    [InlineData("[2, 3]", "[2, 2.5]", "expected JSON with imlist")]
    [InlineData("[2, 3]", "null", "expected JSON with imlist")]
    [InlineData("[2, 3]", "[2, 3", "expected JSON with imlist")]
    [InlineData("\"imlist\"", "\"images\"", "expected JSON with imlist")]
    [InlineData("\"barn_2\"", "\"\\ud800\"", "expected JSON with imlist")]
    [InlineData("40.25", "1e999", "the bbx of query 0 must be")]
    [InlineData("30, 40.25", "1, 40.25", "the bbx of query 0 must be left, top, right, bottom with left < right and top < bottom, got 1.5, 2, 1, 40.25")]
    [InlineData("30, 40.25", "30", "got 1.5, 2, 30")]
    public void Damaged_files(string old, string replacement, string complaint)
    {
        Assert.Contains(old, Valid, StringComparison.Ordinal);
        var problem = Assert.Throws<InvalidDataException>(() => Read(Valid.Replace(old, replacement, StringComparison.Ordinal)));
        Assert.Contains(complaint, problem.Message);
        Assert.StartsWith(_folder.At("gnd_village.json"), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_two_images_fit_is_refused()
    {
        _folder.Images("jpg/hall_1.png");
        Assert.Contains("fit the name 'hall_1'", Assert.Throws<InvalidDataException>(() => Read(Valid)).Message);
    }

    [Fact]
    public void Missing_files_and_folders()
    {
        Assert.Throws<FileNotFoundException>(() => LandmarkBenchmark.Read(_folder.At("gnd_none.json")));
        Assert.Throws<DirectoryNotFoundException>(() => LandmarkBenchmark.Read(_folder.Text("elsewhere/gnd.json", Valid)));
        Assert.Throws<InvalidDataException>(() => Read("null"));
    }

    public void Dispose() => _folder.Dispose();

    private LandmarkBenchmark Read(string json) => LandmarkBenchmark.Read(_folder.Text("gnd_village.json", json));
}
