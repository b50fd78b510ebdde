using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Mining;
using Retrieval.Training.Schedules;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class TrainingDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("retrieval-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_fits_under_the_limit_is_decoded_once()
    {
        // Once sized: 192, 768, 192 and 192 bytes.
        var paths = Write((8, 8), (16, 16), (8, 8), (8, 8));
        var images = new FileImageSource(paths, ImageSizing.Parse("16"), cacheByteLimit: 2 * 192);
        RgbImage[] first = [.. Enumerable.Range(0, 4).Select(images.Load)], second = [.. Enumerable.Range(0, 4).Select(images.Load)];
        Assert.Equal([true, false, true, false], first.Zip(second, ReferenceEquals));
        Assert.Equal(first.SelectMany(image => image.Pixels), second.SelectMany(image => image.Pixels));
    }

    [Fact]
    public void An_image_that_several_threads_load_counts_once()
    {
        var paths = Write((8, 8), (8, 8));
        var images = new FileImageSource(paths, ImageSizing.Parse("16"), cacheByteLimit: 2 * 192);
        using var start = new Barrier(8);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            start.SignalAndWait(TimeSpan.FromSeconds(10));
            images.Load(0);
        });
        Assert.Same(images.Load(0), images.Load(0));
        Assert.Same(images.Load(1), images.Load(1));
    }

    [Fact]
    public void Without_a_limit_nothing_is_kept()
    {
        var images = new FileImageSource(Write((8, 8)), ImageSizing.Parse("16"));
        Assert.NotSame(images.Load(0), images.Load(0));
    }

    [Fact]
    public void A_box_is_cut_out()
    {
        var paths = Write((32, 32), (32, 32));
        var plain = new FileImageSource(paths, ImageSizing.Parse("32"));
        var images = new FileImageSource(paths, ImageSizing.Parse("16x8"), [(3, 5, 19, 13), null]);
        Assert.Equal(plain.Load(0).Crop(3, 5, 16, 8).Pixels, images.Load(0).Pixels);
        Assert.Equal(plain.Load(1).Resize(16, 8).Pixels, images.Load(1).Pixels);
    }

    [Fact]
    public void Missing_and_damaged_files_are_named()
    {
        var paths = Write((8, 8), (8, 8));
        File.Delete(paths[0]);
        File.WriteAllText(paths[1], "GIF89a and no more");
        var images = new FileImageSource(paths, ImageSizing.Parse("16"), cacheByteLimit: 1 << 20);
        Assert.Contains(paths[0], Assert.ThrowsAny<IOException>(() => images.Load(0)).Message, StringComparison.Ordinal);
        Assert.Contains(paths[1], Assert.Throws<InvalidDataException>(() => images.Load(1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("362", 400, 200, 362, 181)]
    [InlineData("362", 200, 100, 200, 100)]
    [InlineData("to362", 200, 100, 362, 181)]
    [InlineData("to90", 200, 300, 60, 90)]
    [InlineData("100x60", 200, 200, 100, 60)]
    [InlineData("64/48", 200, 100, 48, 48)]
    [InlineData("64/48", 20, 30, 48, 48)]
    public void Sizes_come_out_as_asked(string text, int width, int height, int expectedWidth, int expectedHeight)
    {
        var sizing = ImageSizing.Parse(text);
        var sized = sizing.Apply(new RgbImage(width, height));
        Assert.Equal((expectedWidth, expectedHeight), (sized.Width, sized.Height));
        Assert.Equal(text, sizing.ToString());
        Assert.Equal(text.AsSpan().ContainsAny('x', '/'), sizing.IsFixed);
        if (sizing.IsFixed)
            Assert.Equal((expectedWidth, expectedHeight), sizing.FixedSize);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("/")]
    [InlineData("7")]
    [InlineData("16385")]
    [InlineData("-224")]
    [InlineData(" 224")]
    [InlineData("224.0")]
    [InlineData("224x")]
    [InlineData("224x224x224")]
    [InlineData("224x224/200")]
    [InlineData("224/256")]
    [InlineData("99999999999999999999")]
    [InlineData("big")]
    [InlineData("to")]
    [InlineData("to7")]
    [InlineData("to224x224")]
    public void Other_sizes_are_refused(string text)
    {
        var exception = Assert.Throws<ArgumentException>(() => ImageSizing.Parse(text));
        Assert.Contains($"got '{text}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("<width>x<height>", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-50, -50, 500, 500)]
    [InlineData(39.9, 39.9, 39.95, 39.95)]
    [InlineData(30, 30, 10, 10)]
    public void A_box_that_leaves_the_image_or_is_empty_gives_an_image_still(double left, double top, double right, double bottom)
    {
        var sized = ImageSizing.Parse("8x8").Apply(new RgbImage(40, 40), (left, top, right, bottom));
        Assert.Equal((8, 8), (sized.Width, sized.Height));
    }

    [Fact]
    public void Each_image_of_a_class_is_a_query_for_the_others()
    {
        var data = TupleDataset.FromLabels(StripedImages.Source(6, 1), [4, 9, 4, 7, 4, 9]);
        Assert.Equal(["0: 2 4", "1: 5", "2: 0 4", "4: 0 2", "5: 1"], data.Queries.Select(query => $"{query.Image}: {string.Join(' ', query.Positives)}"));
        Assert.All(data.Queries, query => Assert.Equal(query.Positives, Enumerable.Range(0, query.Positives.Count).Select(i => query.Positives[i])));
        Assert.Equal([4, 9, 4, 7, 4, 9], data.Clusters);
    }

    [Theory]
    [InlineData("two classes", 1, 1, 1)]
    [InlineData("one with two images", 1, 2, 3)]
    [InlineData("a class for each image, got 2 for 3", 1, 1)]
    [InlineData("a class for each image, got 0 for 3")]
    public void Labels_that_give_no_tuples_are_refused(string complaint, params int[] labels)
    {
        var exception = Assert.Throws<ArgumentException>(() => TupleDataset.FromLabels(StripedImages.Source(3, 1), labels));
        Assert.Contains(complaint, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_class_needs_no_list_for_each_of_its_images()
    {
        const int count = 20_000;
        var image = new RgbImage(8, 8);
        var images = new MemoryImageSource([.. Enumerable.Repeat(image, count)]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var data = TupleDataset.FromLabels(images, [.. Enumerable.Range(0, count).Select(i => i == 0 ? 1 : 0)]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, count * 500L);
        Assert.Equal((count - 1, count - 2), (data.Queries.Count, data.Queries[7].Positives.Count));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        var good = TinyTraining.Options;
        good.Validate();
        (string Complaint, Retrieval.Training.TrainingOptions Options)[] cases =
        [
            ("statistics", good with { Statistics = PassMode.Inference }),
            ("tuples a step", good with { Sampling = TinyTraining.Tuples with { TuplesPerStep = 0 } }),
            ("learning rate", good with { Schedule = new ExponentialSchedule(-1, 1) }),
            ("learning rate", good with { Schedule = new ExponentialSchedule(double.NaN, 1) }),
            ("queries", good with { Sampling = TinyTraining.Tuples with { Mining = new MiningOptions(Queries: 0) } }),
            ("pool", good with { Sampling = TinyTraining.Tuples with { Mining = new MiningOptions(Pool: 0) } }),
            ("negatives", good with { Sampling = TinyTraining.Tuples with { Mining = new MiningOptions(Negatives: 0) } }),
        ];
        Assert.All(cases, one => Assert.StartsWith(one.Complaint, Assert.Throws<ArgumentException>(one.Options.Validate).Message, StringComparison.Ordinal));
    }

    private string[] Write(params (int Width, int Height)[] sizes)
    {
        var images = StripedImages.Source(sizes.Length, 1, i => sizes[i]);
        var paths = sizes.Select((_, i) => Path.Combine(_folder, $"{i}.png")).ToArray();
        for (var i = 0; i < paths.Length; i++)
            ImageEncoder.Save(images.Load(i), paths[i]);
        return paths;
    }
}
