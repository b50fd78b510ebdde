using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Mining;

/// <summary>
/// Chooses an epoch's tuples: draws queries and a pool of images, describes them with the current network, takes a positive by the
/// rule and the hardest negatives of other clusters. Everything drawn depends on seed and epoch alone. Images that cannot be read are
/// left out, and so are queries that are left without a positive.
/// </summary>
public sealed class TupleMiner : IDisposable
{
    private const ulong Stream = 1;

    private readonly TupleDataset _data;
    private readonly IReadOnlyList<TrainingQuery> _queries;
    private readonly MiningOptions _options;
    private readonly ulong _seed;
    private readonly NegativeMiner _negatives;
    private readonly DescriptorExtractor _extractor;

    /// <exception cref="ArgumentException">The data can never give as many negatives as are asked for, or no positive by the rule.</exception>
    public TupleMiner(RetrievalModel model, TupleDataset data, MiningOptions options, ExtractionOptions extraction, ulong seed)
    {
        options.Validate();
        var others = data.Clusters.Distinct().Count() - 1;
        if (options.DistinctClusters && others < options.Negatives)
            throw new ArgumentException($"mining: {options.Negatives} negatives of different clusters asked for, but a query has only {others} clusters besides its own: " +
                "ask for fewer negatives, or allow several of one cluster");
        _data = data;
        _queries = PositiveCandidates.Narrow(data.Queries, options);
        _options = options;
        _seed = seed;
        _negatives = new NegativeMiner(model.Device, options.Negatives, options.DistinctClusters);
        _extractor = new DescriptorExtractor(model, extraction with { Whiten = false, Scales = [1] });
    }

    /// <summary>Mines an epoch.</summary>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="progress">Told how many images are described.</param>
    /// <param name="cancellation">Stops between two forward passes.</param>
    /// <exception cref="ArgumentException">The pool cannot give enough negatives.</exception>
    /// <exception cref="InvalidDataException">No query is left: their images or all of their positives cannot be read.</exception>
    public MinedEpoch Mine(int epoch, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var random = new SeededRandom(_seed, Stream, (ulong)epoch);
        var queries = Draw(_queries.Count, _options.Queries, random).Select(index => _queries[index]).ToArray();
        var pool = Draw(_data.Images.Count, _options.Pool, random);
        var candidates = queries.Select(query => Candidates(query, random)).ToArray();
        int[] needed = [.. pool.Concat(queries.Select(query => query.Image)).Concat(candidates.SelectMany(list => list)).Distinct()];
        var stage = new StageProgress(progress, "mining", epoch, needed.Length);
        stage.Report(0);
        var images = new DescribedImages(_extractor, _data.Images, needed, stage, cancellation);

        var pairs = queries.Zip(candidates, (query, list) => (Query: query.Image, Positive: Choose(images, query.Image, list)))
            .Where(pair => pair.Positive is not null).Select(pair => (pair.Query, Positive: pair.Positive!.Value)).ToArray();
        if (pairs.Length == 0)
            throw new InvalidDataException($"mining: none of {queries.Length} queries can be read together with a positive; {images.Failures.Count} images cannot be read" +
                (images.Failures.Items is [var first, ..] ? $", such as {first.Reason}" : ""));
        int[] readable = [.. pool.Where(images.Contains)], asked = [.. pairs.Select(pair => pair.Query)];
        var mined = _negatives.Mine(images.Gather(asked), Clusters(asked), images.Gather(readable), Clusters(readable));
        return Measure(images, [.. pairs.Zip(mined, (pair, negatives) => new TrainingTuple(pair.Query, pair.Positive, [.. negatives.Select(position => readable[position])]))]);
    }

    /// <inheritdoc/>
    public void Dispose() => _extractor.Dispose();

    /// <summary>See <see cref="Trainer.Rehearse"/>.</summary>
    internal void Rehearse(RgbImage image)
    {
        _extractor.Rehearse(image);
        _negatives.Rehearse(Math.Min(_options.Queries, _queries.Count), Math.Min(_options.Pool, _data.Images.Count), _extractor.Dimension);
    }

    private static MinedEpoch Measure(DescribedImages images, TrainingTuple[] tuples) => new(tuples,
        tuples.Average(tuple => images.Distance(tuple.Query, tuple.Positive)),
        tuples.Average(tuple => tuple.Negatives.Average(negative => images.Distance(tuple.Query, negative))),
        images.Failures);

    /// <summary>The images among which the positive is chosen once they are described.</summary>
    private IReadOnlyList<int> Candidates(TrainingQuery query, SeededRandom random) =>
        _options.Positives == PositiveRule.Random ? [query.Positives[random.Next(query.Positives.Count)]] : query.Positives;

    /// <summary>The candidate that the rule wants, the first of equals; null when query or candidates cannot be read.</summary>
    private int? Choose(DescribedImages images, int query, IReadOnlyList<int> candidates)
    {
        if (!images.Contains(query))
            return null;
        int? best = null;
        foreach (var candidate in candidates.Where(images.Contains))
        {
            var difference = best is { } other ? images.Similarity(query, candidate) - images.Similarity(query, other) : 0;
            if (best is null || (_options.Positives == PositiveRule.Nearest ? difference > 0 : difference < 0))
                best = candidate;
        }
        return best;
    }

    private int[] Clusters(int[] images) => [.. images.Select(image => _data.Clusters[image])];

    /// <summary>A random choice of numbers below count, in random order; all of them when fewer exist than wanted.</summary>
    private static int[] Draw(int count, int wanted, SeededRandom random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        random.Shuffle(numbers.AsSpan());
        return numbers.Length > wanted ? numbers[..wanted] : numbers;
    }
}
