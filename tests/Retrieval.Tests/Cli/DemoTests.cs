using Microsoft.Playwright;
using Retrieval.Imaging;
using Retrieval.Models.WeightFiles;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The demo on a user's folder, as a process, and its report in a real browser.</summary>
public sealed class DemoTests : IDisposable
{
    private const int ClassCount = 14, ImagesPerClass = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("retrieval-demo-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_demo_trains_on_own_photographs_and_writes_a_report_that_opens_from_disk()
    {
        var images = WriteImages(ClassCount);
        var output = Path.Combine(_folder.FullName, "out");

        var run = RetrievalProcess.Run("demo", "--images", images, "--out", output, "--epochs", "2", "--threads", "2", "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        var rows = run.JsonLines;
        Assert.Equal(["colour histogram", "mac", "spoc", "gem"], rows.Select(row => row.GetProperty("descriptor").GetString()));
        foreach (var row in rows.Skip(1))
            foreach (var figure in new[] { "untrained", "trained", "trainedPca", "trainedLw", "trainedLwExpanded" })
                Assert.InRange(row.GetProperty(figure).GetDouble(), 0.1, 100);
        foreach (var pooling in new[] { "mac", "spoc", "gem" })
            using (var model = SafetensorsFile.Open(Path.Combine(output, pooling + ".safetensors")))
                Assert.Contains("Lw", model.Metadata["whitening"], StringComparison.Ordinal);
        if (Chromium.Path is { } browser)
            await CheckReport(browser, Path.Combine(output, "report.html"));
        else
            Assert.Skip("no Chromium is installed: the report was not opened");
    }

    [Unwatched]
    [Fact]
    [Trait("device", "cuda")]
    public void The_demo_runs_on_a_cuda_device()
    {
        TestDevices.Require(TestDevices.Cuda);
        var output = Path.Combine(_folder.FullName, "out");
        var run = RetrievalProcess.Run("demo", "--images", WriteImages(ClassCount), "--out", output, "--epochs", "1", "--threads", "2", "--json", "--device", "cuda");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(4, run.JsonLines.Length);
        using var model = SafetensorsFile.Open(Path.Combine(output, "gem.safetensors"));
        Assert.Contains("bf16", model.Metadata["provenance"], StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_classes_are_refused_in_one_line()
    {
        var run = RetrievalProcess.Run("demo", "--images", WriteImages(3), "--out", Path.Combine(_folder.FullName, "out"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("at least 14 classes", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task CheckReport(string browser, string report)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = browser,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await chromium.NewPageAsync();
        var requests = new List<string>();
        var faults = new List<string>();
        page.Request += (_, request) => requests.Add(request.Url);
        page.PageError += (_, fault) => faults.Add(fault);

        await page.GotoAsync(new Uri(report).AbsoluteUri);

        Assert.All(requests, url => Assert.True(url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal), url));
        Assert.Empty(faults);
        Assert.Equal(4, await page.Locator("tbody tr").CountAsync());
        Assert.Equal(2, await page.Locator("svg").CountAsync());
        Assert.Equal(6, await page.Locator("svg polyline").CountAsync());
        Assert.True(await page.Locator("figure.query").CountAsync() > 0);
        Assert.True(await page.Locator("figure.right, figure.wrong").CountAsync() > 10);
        var unloaded = await page.EvaluateAsync<int>("() => [...document.images].filter(image => !image.complete || image.naturalWidth === 0).length");
        Assert.Equal(0, unloaded);
    }

    private string WriteImages(int classes)
    {
        var root = Path.Combine(_folder.FullName, "images");
        for (var label = 0; label < classes; label++)
        {
            Directory.CreateDirectory(Path.Combine(root, $"class {label} & co"));
            for (var i = 0; i < ImagesPerClass; i++)
                ImageEncoder.Save(Blobs(label, i), Path.Combine(root, $"class {label} & co", $"{i}.jpg"));
        }
        return root;
    }

    private static RgbImage Blobs(int label, int number)
    {
        var image = new RgbImage(64, 48);
        var random = new SeededRandom(2, (ulong)label, (ulong)number);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(128 + (60 * Math.Sin(i * 0.02 * (label + 1))) + random.Next(40));
        return image;
    }
}
