using Retrieval.Imaging;
using Retrieval.Imaging.Loading;
using Retrieval.Training.Data;

namespace Retrieval.Training.Sampling;

/// <summary>Batches of P identities x K images; classes with a single image and images of no class are left out, and no image comes twice in an epoch.</summary>
internal sealed class IdentityBatches : IBatchSource
{
    private const ulong Stream = 5;

    private readonly IdentitySampling _options;
    private readonly ulong _seed;
    private readonly IdentitySampler _sampler;

    /// <summary>Images of each identity.</summary>
    private readonly (int Class, int[] Images)[] _identities;

    /// <exception cref="ArgumentException">Fewer than P classes have two images.</exception>
    public IdentityBatches(TupleDataset data, IdentitySampling options, ulong seed)
    {
        (_options, _seed) = (options, seed);
        _identities = [.. Enumerable.Range(0, data.Images.Count).GroupBy(image => data.Clusters[image]).Where(group => group.Key >= 0 && group.Count() > 1)
            .OrderBy(group => group.Key).Select(group => (group.Key, group.ToArray()))];
        _sampler = new IdentitySampler([.. _identities.Select(identity => identity.Images.Length)], options.Identities, options.Instances);
    }

    /// <inheritdoc/>
    public EpochPlan Plan(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var random = new SeededRandom(_seed, Stream, (ulong)epoch);
        var left = Array.ConvertAll(_identities, identity => Shuffled(identity.Images, random));
        var batches = new List<BatchRow[]>();
        var rowCount = _options.Identities * _options.Instances;
        foreach (var identities in _sampler.Batches(available => Shuffled([.. available], random).AsSpan(0, _options.Identities).ToArray()))
            batches.Add([.. identities.SelectMany(identity => Visit(identity, left)).Select((row, place) => row with { Draw = (batches.Count * rowCount) + place })]);
        return new EpochPlan(batches, new ImageFailures());
    }

    /// <inheritdoc/>
    public void Rehearse(RgbImage image)
    {
        // Choosing takes no memory of the device.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    /// <summary>The next K images of an identity; what is short of K is filled up behind them.</summary>
    private BatchRow[] Visit(int identity, int[][] left)
    {
        var label = _identities[identity].Class;
        var rows = new BatchRow[_options.Instances];
        for (var slot = 0; slot < rows.Length; slot++)
            rows[slot] = new BatchRow(slot < left[identity].Length ? left[identity][slot] : BatchRow.None, 0, label, label);
        left[identity] = left[identity][Math.Min(rows.Length, left[identity].Length)..];
        return rows;
    }

    private static int[] Shuffled(int[] numbers, SeededRandom random)
    {
        var result = (int[])numbers.Clone();
        random.Shuffle(result.AsSpan());
        return result;
    }
}
