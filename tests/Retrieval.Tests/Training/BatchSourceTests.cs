using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;
using Retrieval.Training.Sampling;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class BatchSourceTests
{
    private const int Identities = 3, Instances = 4;

    /// <summary>Classes of 1, 6, 4, 9 and 5 images, and one image of no class.</summary>
    private static readonly int[] Labels = [0, .. Repeat(1, 6), .. Repeat(2, 4), .. Repeat(3, 9), .. Repeat(4, 5), -1];

    private static readonly TupleDataset Data = new(new MemoryImageSource([.. Labels.Select(_ => new RgbImage(8, 8))]), Labels, []);

    [Fact]
    public void Identities_fill_a_batch_and_no_image_comes_twice()
    {
        using var source = new IdentityBatches(Data, new IdentitySampling(Identities, Instances), seed: 3);
        var plan = source.Plan(0, null, default);
        Assert.NotEmpty(plan.Batches);
        Assert.All(plan.Batches, batch =>
        {
            Assert.Equal(Identities * Instances, batch.Length);
            var groups = batch.Chunk(Instances).ToArray();
            Assert.Equal(Identities, groups.Select(group => group[0].Label).Distinct().Count());
            Assert.All(groups, group => Assert.Single(group.Select(row => row.Label).Distinct()));
            // Padding stands behind the images, of which there are at least two.
            Assert.All(groups, group => Assert.Equal(group.OrderByDescending(row => row.IsReal), group));
            Assert.All(groups, group => Assert.True(group[1].IsReal));
        });
        var rows = plan.Batches.SelectMany(batch => batch).ToArray();
        Assert.All(rows.Where(row => row.IsReal), row => Assert.Equal((Labels[row.Image], Labels[row.Image]), (row.Label, row.Class)));
        Assert.Distinct(rows.Where(row => row.IsReal).Select(row => row.Image));
        Assert.Equal(Enumerable.Range(0, rows.Length), rows.Select(row => row.Draw));
        Assert.DoesNotContain(rows, row => row.Label is 0 or -1);
        Assert.Contains(Enumerable.Range(0, 9).SelectMany(epoch => source.Plan(epoch, null, default).Batches), batch => batch.Any(row => !row.IsReal));
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(3, 1.5)]
    public void Images_stand_in_a_row_as_often_as_asked_for(int repetitions, double length)
    {
        using var source = new ShuffledBatches(Data, new ShuffledSampling(6, repetitions, length), seed: 3);
        var plan = source.Plan(0, null, default);
        var known = Labels.Length - 1;
        Assert.Equal((int)(known * length) / 6, plan.Batches.Count);
        Assert.All(plan.Batches, batch => Assert.Equal(6 / repetitions, batch.Select(row => row.Image).Distinct().Count()));
        var rows = plan.Batches.SelectMany(batch => batch).ToArray();
        Assert.Distinct(rows.Select(row => row.Draw));
        Assert.All(rows, row => Assert.Equal(Labels[row.Image], row.Label));
    }

    [Fact]
    public void Seed_and_epoch_decide_an_epoch()
    {
        SamplingOptions[] kinds = [new IdentitySampling(Identities, Instances), new ShuffledSampling(6)];
        Assert.All(kinds, kind =>
        {
            string Plan(ulong seed, int epoch)
            {
                using var source = kind.Create(null!, Data, null!, seed);
                return string.Join(' ', source.Plan(epoch, null, default).Batches.SelectMany(batch => batch).Select(row => row.Image));
            }
            Assert.Equal(Plan(1, 2), Plan(1, 2));
            Assert.NotEqual(Plan(1, 2), Plan(1, 3));
            Assert.NotEqual(Plan(1, 2), Plan(2, 2));
        });
    }

    [Fact]
    public void An_unreadable_image_leaves_a_gap_and_a_group_that_is_too_small_is_left_out()
    {
        var folder = Directory.CreateTempSubdirectory("retrieval-loader-").FullName;
        string[] paths = [.. Enumerable.Range(0, 6).Select(i => Path.Combine(folder, $"{i}.png"))];
        foreach (var i in (int[])[0, 1, 3])
            ImageEncoder.Save(new RgbImage(8, 8), paths[i]);
        var loader = new BatchLoader(new FileImageSource(paths, ImageSizing.Parse("8x8")), TrainingAugmentation.None, new BatchLayout(3, 2, 2, "identities"), seed: 1);
        var failures = new ImageFailures();
        BatchRow[] rows = [.. Enumerable.Range(0, 6).Select(i => new BatchRow(i, i, i / 3, i / 3))];
        var batch = loader.Load(0, rows, failures);
        Directory.Delete(folder, recursive: true);
        Assert.Equal([rows[0], rows[1], rows[2] with { Image = BatchRow.None }], batch.Rows);
        Assert.Equal(3, batch.Images.Length);
        Assert.Equal(3, failures.Count);
    }

    private static IEnumerable<int> Repeat(int label, int count) => Enumerable.Repeat(label, count);
}
