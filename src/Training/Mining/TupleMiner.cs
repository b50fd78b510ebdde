using System.Numerics.Tensors;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Mining;

/// <summary>
/// Chooses an epoch's tuples: draws queries and a pool of images, describes them with the current network, takes a positive by the
/// rule and the hardest negatives of other clusters. Everything drawn depends on seed and epoch alone.
/// </summary>
public sealed class TupleMiner(RetrievalModel model, TupleDataset data, MiningOptions options, ExtractionOptions extraction, ulong seed)
{
    private const ulong Stream = 1;

    private readonly NegativeMiner _negatives = new(model.Device, options.Negatives, options.DistinctClusters);
    private readonly DescriptorExtractor _extractor = new(model, extraction with { Whiten = false, Scales = [1] });

    /// <summary>Mines an epoch.</summary>
    /// <exception cref="ArgumentException">The pool cannot give enough negatives.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public MinedEpoch Mine(int epoch, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var random = new SeededRandom(seed, Stream, (ulong)epoch);
        var queries = Draw(data.Queries.Count, options.Queries, random).Select(index => data.Queries[index]).ToArray();
        var pool = Draw(data.Images.Count, options.Pool, random);
        var candidates = queries.Select(query => options.Positives == PositiveRule.Random ? [query.Positives[random.Next(query.Positives.Count)]] : query.Positives).ToArray();

        var needed = pool.Concat(queries.Select(query => query.Image)).Concat(candidates.SelectMany(list => list)).Distinct().ToArray();
        var rows = needed.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var descriptors = _extractor.ExtractAll(data.Images, needed, progress, cancellation);
        ReadOnlySpan<float> Row(int image) => descriptors.AsSpan(rows[image] * _extractor.Dimension, _extractor.Dimension);

        var positives = queries.Zip(candidates, (query, list) => Choose(query.Image, list)).ToArray();
        var mined = _negatives.Mine(Gather([.. queries.Select(query => query.Image)]), [.. queries.Select(query => data.Clusters[query.Image])],
            Gather(pool), [.. pool.Select(image => data.Clusters[image])]);
        var tuples = new TrainingTuple[queries.Length];
        double positiveSum = 0, negativeSum = 0;
        for (var q = 0; q < queries.Length; q++)
        {
            var query = queries[q].Image;
            tuples[q] = new TrainingTuple(query, positives[q], [.. mined[q].Select(position => pool[position])]);
            positiveSum += TensorPrimitives.Distance(Row(query), Row(positives[q]));
            foreach (var negative in tuples[q].Negatives)
                negativeSum += TensorPrimitives.Distance(Row(query), Row(negative));
        }
        return new MinedEpoch(tuples, positiveSum / queries.Length, negativeSum / queries.Length / options.Negatives);

        int Choose(int query, IReadOnlyList<int> list)
        {
            var best = list[0];
            foreach (var candidate in list.Skip(1))
            {
                var difference = TensorPrimitives.Dot(Row(query), Row(candidate)) - TensorPrimitives.Dot(Row(query), Row(best));
                if (options.Positives == PositiveRule.Nearest ? difference > 0 : difference < 0)
                    best = candidate;
            }
            return best;
        }

        float[] Gather(int[] images)
        {
            var result = new float[images.Length * _extractor.Dimension];
            for (var i = 0; i < images.Length; i++)
                Row(images[i]).CopyTo(result.AsSpan(i * _extractor.Dimension));
            return result;
        }
    }

    /// <summary>A random choice of numbers below count, in random order; all of them when fewer exist than wanted.</summary>
    private static int[] Draw(int count, int wanted, SeededRandom random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        random.Shuffle(numbers.AsSpan());
        return numbers.Length > wanted ? numbers[..wanted] : numbers;
    }
}
