using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Imaging.Augmentation.Policy;
using Retrieval.Imaging.Resampling;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class AutoAugmentTests
{
    [Fact]
    public void EachOperationIsPillowsToTheByte()
    {
        var reference = PillowReference.Load();
        var seen = new HashSet<PolicyOperation>();
        foreach (var name in reference.Names.Where(name => name.StartsWith("out.", StringComparison.Ordinal) && !name.Contains("jitter", StringComparison.Ordinal)))
        {
            var words = name.Split('.');
            var step = new PolicyStep(Enum.Parse<PolicyOperation>(words[1]), 1, words[2][0] - '0');
            var image = reference.Image("in.image").Copy();
            step.Apply(image, words.Length > 3 ? -1 : 1);
            Assert.True(reference.Image(name).Pixels.AsSpan().SequenceEqual(image.Pixels), name);
            seen.Add(step.Operation);
        }
        Assert.Equal(Enum.GetValues<PolicyOperation>(), seen.Order());
    }

    [Fact]
    public void ThePolicyHas25PairsAndTheLevelsOfTheTable()
    {
        Assert.Equal(25, ImageNetPolicy.Pairs.Length);
        Assert.All(ImageNetPolicy.Pairs.SelectMany(pair => new[] { pair.First, pair.Second }), step => Assert.True(step is { Probability: >= 0 and <= 1, Level: >= 0 and <= 9 }));
        // A slip in one of the table's numbers shows in its sums.
        Assert.Equal(159, ImageNetPolicy.Pairs.Sum(pair => pair.First.Level + pair.Second.Level));
        Assert.Equal(31, ImageNetPolicy.Pairs.Sum(pair => pair.First.Probability + pair.Second.Probability), 1e-9);
    }

    [Fact]
    public void StepsHappenAsOftenAsTheTableSaysAndWithBothSigns()
    {
        var random = new SeededRandom(3);
        var step = new PolicyStep(PolicyOperation.Brightness, 0.6, 9);
        var results = Enumerable.Range(0, 4000).Select(_ =>
        {
            var image = new RgbImage(1, 1, [100, 100, 100]);
            step.MaybeApply(image, random);
            return image.Pixels[0];
        }).CountBy(value => value).ToDictionary();
        Assert.Equal([10, 100, 190], results.Keys.Order().Select(value => (int)value));
        Assert.InRange(results[100], 1500, 1700);
        Assert.InRange(results[10], 1110, 1290);
    }

    [Fact]
    public void TheHostCutsAndMirrorsBeforeThePolicyAndTheDeviceDoesTheRest()
    {
        var image = TestImages.Noise(40, 30);
        byte[] before = [.. image.Pixels];
        var crop = new RandomResizedCrop(16, 12);
        var list = new TrainingAugmentation(crop, new HorizontalFlip(1), new AutoAugment(), new RandomErasing(1));
        var results = Enumerable.Range(0, 60).Select(index => list.Apply(image, new SeededRandom(5, (ulong)index))).ToArray();
        Assert.Equal(before, image.Pixels);
        Assert.All(results, result => Assert.Equal((16, 12, 16f, 12f, false), (result.Image.Width, result.Image.Height, result.View.BoxWidth, result.View.BoxHeight, result.View.Flip)));
        Assert.All(results, result => Assert.True(result.View.Erased.Width > 0));
        Assert.Equal(results[7].Image.Pixels, list.Apply(image, new SeededRandom(5, 7)).Image.Pixels);
        // Some pairs leave an image alone: then it is the crop, mirrored.
        Assert.Contains(Enumerable.Range(0, 60), index =>
        {
            var part = crop.Draw(40, 30, new SeededRandom(5, (ulong)index));
            return results[index].Image.Pixels.AsSpan().SequenceEqual(image.Crop(part.Left, part.Top, part.Width, part.Height).Resize(16, 12).FlipHorizontal().Pixels);
        });
    }

    [Fact]
    public void AnImageCostsItsOwnBytesAndNoMore()
    {
        var image = TestImages.Noise(64, 64);
        var list = new TrainingAugmentation(new HorizontalFlip(), new AutoAugment());
        var random = new SeededRandom(1);
        for (var i = 0; i < 300; i++)
            list.Apply(image, random);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 300; i++)
            list.Apply(image, random);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 300, 0, image.Pixels.Length + 100);
    }
}
