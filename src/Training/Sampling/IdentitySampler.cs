namespace Retrieval.Training.Sampling;

/// <summary>
/// Which identities share a batch of P identities x K images (ICONIP 2021). An identity with n images occurs ceil(n' / K) times an epoch,
/// n' = n - 1 when n mod K = 1 (a single left-over image could make no prototype) and n otherwise; nothing is drawn twice to fill up.
/// Batches end when fewer than P identities have occurrences left.
/// </summary>
public sealed class IdentitySampler
{
    private readonly int _identitiesPerBatch;
    private readonly int[] _occurrences;

    /// <param name="imagesPerIdentity">Images of each identity, each at least 2.</param>
    /// <param name="identitiesPerBatch">P.</param>
    /// <param name="imagesPerVisit">K, at least 2.</param>
    /// <exception cref="ArgumentException">Too few identities or images.</exception>
    public IdentitySampler(IReadOnlyList<int> imagesPerIdentity, int identitiesPerBatch, int imagesPerVisit)
    {
        if (identitiesPerBatch < 2 || imagesPerVisit < 2)
            throw new ArgumentException($"batches: expected at least 2 identities x 2 images, got {identitiesPerBatch} x {imagesPerVisit}");
        if (imagesPerIdentity.Count < identitiesPerBatch || imagesPerIdentity.Any(count => count < 2))
            throw new ArgumentException($"batches of {identitiesPerBatch} identities need as many with at least 2 images each, got {imagesPerIdentity.Count(count => count >= 2)}");
        _identitiesPerBatch = identitiesPerBatch;
        _occurrences = [.. imagesPerIdentity.Select(count => ((count % imagesPerVisit == 1 ? count - 1 : count) + imagesPerVisit - 1) / imagesPerVisit)];
    }

    /// <summary>How often each identity occurs at most in an epoch.</summary>
    public IReadOnlyList<int> Occurrences => _occurrences;

    /// <summary>Visits of all identities together: the most that an epoch can hold.</summary>
    public int NominalLength => _occurrences.Sum();

    /// <summary>The epoch's batches.</summary>
    /// <param name="draw">Picks P different ones of the identities that are left, which it is given in ascending order.</param>
    public IEnumerable<IReadOnlyList<int>> Batches(Func<IReadOnlyList<int>, IReadOnlyList<int>> draw)
    {
        var left = (int[])_occurrences.Clone();
        while (true)
        {
            var available = Enumerable.Range(0, left.Length).Where(identity => left[identity] > 0).ToArray();
            if (available.Length < _identitiesPerBatch)
                yield break;
            var batch = draw(available);
            foreach (var identity in batch)
                left[identity]--;
            yield return batch;
        }
    }
}
