namespace Retrieval.Training.Sampling;

/// <summary>
/// Batches in which each image stands several times in a row, to be augmented differently each time (MultiGrain, 2019): permutations of
/// the dataset one after another, each index repeated, cut after floor(count * lengthFactor) entries and split into batches.
/// </summary>
/// <param name="count">Images.</param>
/// <param name="batchSize">Entries of a batch.</param>
/// <param name="repetitions">How often an index stands in a row; repetitions may straddle two batches.</param>
/// <param name="lengthFactor">Entries of an epoch over images.</param>
/// <param name="dropLast">Whether a short last batch is left out.</param>
public sealed class RepeatedAugmentationSampler(int count, int batchSize, int repetitions, double lengthFactor, bool dropLast)
{
    /// <summary>Batches of an epoch.</summary>
    public int BatchCount => dropLast ? Entries / batchSize : (Entries + batchSize - 1) / batchSize;

    private int Entries => (int)Math.Floor(count * lengthFactor);

    /// <summary>The epoch's batches, given its permutations in turn.</summary>
    public IEnumerable<int[]> Batches(Func<int, IReadOnlyList<int>> permutation)
    {
        var entries = Endless(permutation).SelectMany(index => Enumerable.Repeat(index, repetitions)).Take(Entries);
        return entries.Chunk(batchSize).Take(BatchCount);
    }

    private static IEnumerable<int> Endless(Func<int, IReadOnlyList<int>> permutation)
    {
        for (var turn = 0; ; turn++)
            foreach (var index in permutation(turn))
                yield return index;
    }
}
