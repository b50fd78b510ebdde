using Retrieval.Datasets.Readers;
using Retrieval.Evaluation;
using Xunit;

namespace Retrieval.Tests.Datasets;

public sealed class InstanceBenchmarkTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HolidaysGroupsByHundredsAndAsksWithTheFirst()
    {
        _folder.Images("jpg/100000.jpg", "jpg/100001.jpg", "jpg/100100.jpg", "jpg/100101.jpg", "jpg/100102.jpg");
        var benchmark = HolidaysBenchmark.Read(_folder.Path, upright: false);
        Assert.Equal([0, 2], benchmark.Queries);
        var (variant, truth) = Assert.Single(benchmark.Variants);
        Assert.Equal("original", variant);
        Assert.Equal((5, 1, 2), (truth.DatabaseCount, truth.PositiveCount(0), truth.PositiveCount(1)));
        Assert.Equal((Relevance.Junk, Relevance.Positive, Relevance.Negative), (truth.Judge(0, 0), truth.Judge(0, 1), truth.Judge(0, 2)));
        Assert.Null(benchmark.QuarterTurns);
    }

    [Fact]
    public void UprightHolidaysTurnsWhatTheListNames()
    {
        _folder.Images("jpg/100000.jpg", "jpg/100001.jpg", "jpg/100002.jpg");
        _folder.Text(HolidaysBenchmark.RotationsFile, "{\n\"100000.jpg\": 90,\n\"100002.jpg\": 270,\n\"999900.jpg\": 180,\n}");
        var benchmark = HolidaysBenchmark.Read(_folder.Path, upright: true);
        Assert.Equal([1, 0, 3], benchmark.QuarterTurns!);
        Assert.Equal("upright", benchmark.Variants[0].Variant);
    }

    [Fact]
    public void DamagedHolidaysAreRefused()
    {
        Refused<DirectoryNotFoundException>("no such folder", () => HolidaysBenchmark.Read(_folder.At("nowhere"), false));
        Refused<InvalidDataException>("found none", () => HolidaysBenchmark.Read(_folder.Path, false));
        _folder.Images("100000.jpg", "100001.jpg");
        Refused<FileNotFoundException>("needs the list of images to turn", () => HolidaysBenchmark.Read(_folder.Path, true));
        foreach (var (list, complaint) in new[] { ("{ \"100000.jpg\": 45 }", "0, 90, 180 or 270 degrees for '100000.jpg', got 45"), ("{ \"100000.jpg\": \"90\" }", "an object of file names"), ("[1]", "an object of file names"), ("{", "an object of file names") })
        {
            _folder.Text(HolidaysBenchmark.RotationsFile, list);
            Refused<InvalidDataException>(complaint, () => HolidaysBenchmark.Read(_folder.Path, true));
        }
        _folder.Images("100101.jpg", "100102.jpg");
        Refused<InvalidDataException>("group 1001: expected a query 100100", () => HolidaysBenchmark.Read(_folder.Path, false));
        _folder.Images("notes.png");
        Refused<InvalidDataException>("named by numbers, such as 100401.jpg, got 'notes.png'", () => HolidaysBenchmark.Read(_folder.Path, false));
    }

    [Fact]
    public void UkbenchGroupsByFour()
    {
        _folder.Images(Enumerable.Range(0, 8).Select(i => $"full/ukbench{i:D5}.jpg"));
        var benchmark = UkbenchBenchmark.Read(_folder.Path);
        Assert.Equal(Enumerable.Range(0, 8), benchmark.Queries);
        Assert.Equal(4, benchmark.Variants[0].Truth.PositiveCount(5));
        Assert.Same(Ukbench.Rules, benchmark.Rules);
        File.Delete(_folder.At("full/ukbench00006.jpg"));
        Refused<InvalidDataException>("object 1: expected the images 4 to 7, got 4, 5, 7", () => UkbenchBenchmark.Read(_folder.Path));
    }

    [Fact]
    public void CopydaysAsksWithEachKindOfCopyForTheOriginal()
    {
        _folder.Images("200000.jpg", "200100.jpg", "strong/200001.jpg", "strong/200002.jpg", "strong/200101.jpg", "crops/10/200100.jpg", "distractors/7.jpg");
        var benchmark = CopydaysBenchmark.Read(_folder.Path);
        Assert.Equal((3, 4), (benchmark.Database.Length, benchmark.Queries.Length));
        Assert.Equal(["crops/10", "strong"], benchmark.Variants.Select(variant => variant.Variant));
        var strong = benchmark.Variants[1].Truth;
        Assert.Equal([0, 1, 1, 1], Enumerable.Range(0, 4).Select(strong.PositiveCount));
        Assert.Equal((Relevance.Positive, Relevance.Negative), (strong.Judge(3, 1), strong.Judge(3, 0)));
        _folder.Images("strong/200300.jpg");
        Refused<InvalidDataException>("200300.jpg' is a copy of no original", () => CopydaysBenchmark.Read(_folder.Path));
        _folder.Images("200201.jpg");
        Refused<InvalidDataException>("whose number ends in 00, got '200201.jpg'", () => CopydaysBenchmark.Read(_folder.Path));
    }

    [Fact]
    public void TwoImagesOfOneNumberAreRefused()
    {
        _folder.Images("ukbench00000.jpg", "ukbench0.png", "ukbench00001.jpg", "ukbench00002.jpg", "ukbench00003.jpg");
        Refused<InvalidDataException>("two images have the number 0", () => UkbenchBenchmark.Read(_folder.Path));
    }

    private static void Refused<T>(string complaint, Action read) where T : Exception => Assert.Contains(complaint, Assert.Throws<T>(read).Message, StringComparison.Ordinal);
}
