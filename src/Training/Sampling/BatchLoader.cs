using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;

namespace Retrieval.Training.Sampling;

/// <summary>Loads and augments the images of batches. An image that cannot be read becomes a row without one, or its group is left out when too few are left.</summary>
internal sealed class BatchLoader(IImageSource images, TrainingAugmentation augmentation, BatchLayout layout, ulong seed)
{
    private const ulong Stream = 2;

    /// <summary>Loads a batch; several threads may do so at once.</summary>
    public LoadedBatch Load(int epoch, ReadOnlySpan<BatchRow> rows, ImageFailures failures)
    {
        var loaded = new List<AugmentedImage?>(rows.Length);
        var kept = new List<BatchRow>(rows.Length);
        for (var first = 0; first < rows.Length; first += layout.GroupSize)
        {
            foreach (var row in rows.Slice(first, layout.GroupSize))
            {
                var image = row.IsReal ? ImageLoading.TryLoad(images, row.Image, failures) : null;
                loaded.Add(image is null ? default(AugmentedImage?) : augmentation.Apply(image, new SeededRandom(seed, Stream, (ulong)epoch, (ulong)row.Draw)));
                kept.Add(image is null ? row with { Image = BatchRow.None } : row);
            }
            var begin = kept.Count - layout.GroupSize;
            if (loaded.Skip(begin).Count(image => image is not null) >= layout.LeastReal)
                continue;
            loaded.RemoveRange(begin, layout.GroupSize);
            kept.RemoveRange(begin, layout.GroupSize);
        }
        return new LoadedBatch(Filled(loaded), [.. kept]);
    }

    private static AugmentedImage[] Filled(List<AugmentedImage?> loaded)
    {
        if (loaded.Find(image => image is not null) is not { } like)
            return [];
        var blank = new RgbImage(like.View.Width, like.View.Height);
        return [.. loaded.Select(image => image ?? blank)];
    }
}
