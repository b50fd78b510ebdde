using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class TrainingAugmentationTests
{
    private static readonly TrainingAugmentation All =
        new(new HorizontalFlip(), new PadAndCrop(4), new RandomResizedCrop(16, 12), new ColourJitter(0.3, 0.3, 0.3, 0.1), new LightingNoise(), new RandomErasing());

    [Fact]
    public void TheStreamDecides()
    {
        var image = TestImages.Noise(40, 30);
        ImageView Drawn(ulong index) => All.Apply(image, new SeededRandom(7, 2, 3, index)).View;
        Assert.Equal(Drawn(1), Drawn(1));
        Assert.Equal(50, Enumerable.Range(0, 50).Select(index => Drawn((ulong)index)).Distinct().Count());
        Assert.All(Enumerable.Range(0, 50), index => Assert.Equal((16, 12), (Drawn((ulong)index).Width, Drawn((ulong)index).Height)));
    }

    [Fact]
    public void NothingIsDoneToTheImageItself()
    {
        var image = TestImages.Noise(40, 30);
        byte[] before = [.. image.Pixels];
        Assert.Same(image, All.Apply(image, new SeededRandom(1)).Image);
        Assert.Equal(before, image.Pixels);
        Assert.Equal((AugmentedImage)image, TrainingAugmentation.None.Apply(image, new SeededRandom(1)));
    }

    [Fact]
    public void AnEarlierMirrorIsSeenByALaterCrop()
    {
        var image = TestImages.Noise(40, 30);
        var crop = new RandomResizedCrop(16, 12);
        for (ulong seed = 0; seed < 10; seed++)
        {
            var random = new SeededRandom(seed);
            random.NextDouble();
            var part = crop.Draw(40, 30, random);
            var expected = image.FlipHorizontal().Crop(part.Left, part.Top, part.Width, part.Height);
            var drawn = new TrainingAugmentation(new HorizontalFlip(1), crop).Apply(image, new SeededRandom(seed));
            Assert.Equal(expected.FlipHorizontal().Pixels, image.Crop((int)drawn.View.Left, (int)drawn.View.Top, (int)drawn.View.BoxWidth, (int)drawn.View.BoxHeight).Pixels);
            Assert.True(drawn.View.Flip);
        }
    }

    [Fact]
    public void APaddedCropIsAShiftByAtMostThePadding()
    {
        var shifts = Draws(new PadAndCrop(3), 2000).Select(view => (Left: view.Left, Top: view.Top)).Distinct().ToArray();
        Assert.Equal(7 * 7, shifts.Length);
        Assert.All(shifts, shift => Assert.True(Math.Abs(shift.Left) <= 3 && Math.Abs(shift.Top) <= 3));
    }

    [Fact]
    public void FlipsAndErasuresComeAsOftenAsAsked()
    {
        Assert.InRange(Draws(new HorizontalFlip(0.3), 4000).Count(view => view.Flip), 1080, 1320);
        Assert.InRange(Draws(new RandomErasing(0.3), 4000).Count(view => view.Erased.Width > 0), 1080, 1320);
        Assert.DoesNotContain(Draws(new HorizontalFlip(0), 100), view => view.Flip);
        Assert.DoesNotContain(Draws(new HorizontalFlip(1), 100), view => !view.Flip);
    }

    [Fact]
    public void ErasedBoxesHaveTheAskedAreaAndShape()
    {
        double smallest = 1, largest = 0;
        foreach (var box in Draws(new RandomErasing(1), 2000).Select(view => view.Erased))
        {
            Assert.True(box is { Left: >= 0, Top: >= 0 } && box.Left + box.Width <= 128 && box.Top + box.Height <= 256);
            var area = box.Width * box.Height / (128.0 * 256);
            (smallest, largest) = (Math.Min(smallest, area), Math.Max(largest, area));
            Assert.InRange(box.Height / (double)box.Width, 0.26, 3.7);
            Assert.Equal((0.485f, 0.456f, 0.406f), (box.Red, box.Green, box.Blue));
        }
        Assert.InRange(smallest, 0.018, 0.03);
        Assert.InRange(largest, 0.38, 0.41);
    }

    [Fact]
    public void JitterTakesEachOrderAndFactorsOfItsRange()
    {
        var colours = Draws(new ColourJitter(0.3, 0.2, 1.5, 0.1), 3000).Select(view => view.Colour).ToArray();
        Assert.Equal(24, colours.Select(colour => colour.Steps).Distinct().Count());
        Ranges(colours.Select(colour => colour.Brightness), 0.7, 1.3);
        Ranges(colours.Select(colour => colour.Contrast), 0.8, 1.2);
        Ranges(colours.Select(colour => colour.Saturation), 0, 2.5);
        Ranges(colours.Select(colour => colour.Hue), -0.1, 0.1);
        // What has no strength is not among the steps.
        Assert.Equal([0x1, 0x3], Draws(new ColourJitter(0.1, 0, 0), 10).Concat(Draws(new ColourJitter(0, 0, 0.1), 10)).Select(view => view.Colour.Steps).Distinct());
    }

    [Fact]
    public void LightingMovesColoursAlongImageNetsComponents()
    {
        var offsets = Draws(new LightingNoise(0.1), 20_000).Select(view => view.Colour.LightOffset).ToArray();
        // The covariance of the offsets: sum over components of (0.1 lambda)^2 v v^T.
        double[] values = [0.2175, 0.0188, 0.0045], red = [-0.5675, 0.7192, 0.4009], blue = [-0.5836, -0.6948, 0.4203];
        double Covariance(double[] a, double[] b) => Enumerable.Range(0, 3).Sum(k => Math.Pow(0.1 * values[k], 2) * a[k] * b[k]);
        Assert.Equal(1, offsets.Average(offset => offset.Red * (double)offset.Red) / Covariance(red, red), 0.05);
        Assert.Equal(1, offsets.Average(offset => offset.Red * (double)offset.Blue) / Covariance(red, blue), 0.05);
        Assert.All(Draws(new LightingNoise(0.1), 5), view => Assert.Equal(1, view.Colour.LightGain));
        Assert.All(Draws(new LightingNoise(0.1, Shrink: true), 5), view => Assert.Equal((float)(1 / 1.1), view.Colour.LightGain));
    }

    [Fact]
    public void ListsOutOfOrderAreRefused()
    {
        Refused("RandomResizedCrop must come before ColourJitter", new ColourJitter(), new RandomResizedCrop());
        Refused("LightingNoise must come before RandomErasing", new RandomErasing(), new LightingNoise());
        Refused("PadAndCrop must come before RandomResizedCrop", new RandomResizedCrop(), new PadAndCrop());
        Refused("HorizontalFlip stands twice in the list", new HorizontalFlip(), new RandomResizedCrop(), new HorizontalFlip());
    }

    [Fact]
    public void ValuesOutOfRangeAreRefusedWithTheRange()
    {
        Refused("flip probability: expected 0 to 1, got 1.5", new HorizontalFlip(1.5));
        Refused("padding: expected 0 to 1024 pixels, got -1", new PadAndCrop(-1));
        Refused("contrast: expected 0 to 10, got -0.5", new ColourJitter(Contrast: -0.5));
        Refused("hue: expected 0 to 0.5 of the full circle, got 0.6", new ColourJitter(Hue: 0.6));
        Refused("deviation of the lighting: expected 0 to 10, got NaN", new LightingNoise(double.NaN));
        Refused("erased area: expected 0 < minimum <= maximum <= 1, got 0.5 to 0.4", new RandomErasing(MinimumArea: 0.5));
        Refused("shape of the erased box: expected above 0 and at most 1, got 2", new RandomErasing(MinimumAspect: 2));
    }

    [Fact]
    public void NothingIsAllocatedForAnImage()
    {
        var image = TestImages.Noise(40, 30);
        var random = new SeededRandom(1);
        All.Apply(image, random);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            All.Apply(image, random);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Refused(string complaint, params Augmentation[] steps) =>
        Assert.EndsWith(complaint, Assert.Throws<ArgumentException>(() => new TrainingAugmentation(steps)).Message, StringComparison.Ordinal);

    private static IEnumerable<ImageView> Draws(Augmentation step, int count)
    {
        var image = new RgbImage(128, 256);
        var list = new TrainingAugmentation(step);
        return Enumerable.Range(0, count).Select(index => list.Apply(image, new SeededRandom(11, (ulong)index)).View);
    }

    private static void Ranges(IEnumerable<float> values, double least, double most)
    {
        float[] sorted = [.. values.Order()];
        Assert.InRange(sorted[0], least - 1e-6, least + (0.01 * (most - least)));
        Assert.InRange(sorted[^1], most - (0.01 * (most - least)), most + 1e-6);
    }
}
