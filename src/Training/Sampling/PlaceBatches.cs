using Retrieval.Datasets.Places;
using Retrieval.Imaging;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Mining;

namespace Retrieval.Training.Sampling;

/// <summary>Batches of tuples of places: query, best candidate positive, hardest negatives.</summary>
internal sealed class PlaceBatches : IBatchSource
{
    private readonly TupleDataset _data;
    private readonly PlaceSampling _options;
    private readonly DescriptorExtractor _extractor;
    private readonly PlaceVisits _visits;
    private readonly PlaceMiner _miner;

    /// <exception cref="ArgumentException">No query has as many images elsewhere as negatives are asked for.</exception>
    public PlaceBatches(TupleDataset data, PlaceSampling options, DescriptorExtractor extractor, ulong seed)
    {
        (_data, _options, _extractor) = (data, options, extractor);
        _visits = new PlaceVisits(options, data.Queries.Count, seed);
        _miner = new PlaceMiner(options.Margin ?? 0, options.Negatives, options.Squared);
        if (!data.Queries.Any(query => Elsewhere(query.Image).Length >= options.Negatives))
            throw new ArgumentException($"mining: {options.Negatives} negatives asked for, but no query has as many database images beyond {PlaceDataset.TestRadius} m: ask for fewer");
    }

    private PlaceDataset Places => _data.Places!;

    /// <inheritdoc/>
    public EpochPlan Plan(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var visits = _visits.Of(epoch).ToArray();
        int[] needed = [.. Enumerable.Range(0, Places.Database.Count), .. visits.Select(visit => _data.Queries[visit.Query].Image).Distinct()];
        var stage = new StageProgress(progress, "describing", epoch, needed.Length);
        stage.Report(0);
        var images = new DescribedImages(_extractor, _data.Images, needed, stage, cancellation);
        RequireReadable(images, visits);
        var tuples = new MinedTuple?[visits.Length];
        Parallel.For(0, visits.Length, i => tuples[i] = Mine(images, visits[i].Query, visits[i].Visit));
        var mined = tuples.OfType<MinedTuple>().ToArray();
        if (!Array.TrueForAll(mined, tuple => double.IsFinite(tuple.Positive + tuple.Negative)))
            throw new TrainingDivergedException(epoch, "the descriptors are");
        var batches = mined.Chunk(_options.TuplesPerStep).Select((tuples, number) => Batch(tuples, number * _options.TuplesPerStep * _options.Layout.GroupSize));
        return new EpochPlan([.. batches], images.Failures)
        {
            MeanPositiveDistance = mined.Length > 0 ? mined.Average(tuple => tuple.Positive) : null,
            MeanNegativeDistance = mined.Length > 0 ? mined.Average(tuple => tuple.Negative) : null,
        };
    }

    /// <inheritdoc/>
    public void Rehearse(RgbImage image) => _extractor.Rehearse(image);

    /// <inheritdoc/>
    public void Dispose() => _extractor.Dispose();

    /// <summary>The rows of a batch; tuples have the same class where they may show the same place.</summary>
    private BatchRow[] Batch(MinedTuple[] tuples, int firstDraw)
    {
        var places = SharedPlaces.Number([.. tuples.Select(tuple => (Place(tuple.Images[0]), Place(tuple.Images[1])))]);
        return [.. tuples.SelectMany((tuple, number) => tuple.Images.Select((image, part) => (image, part, number)))
            .Select((row, draw) => new BatchRow(row.image, firstDraw + draw, row.part switch { 0 => -1, 1 => 1, _ => 0 }, places[row.number]))];
    }

    private PlaceImage Place(int image) => image < Places.Database.Count ? Places.Database[image] : Places.Queries[image - Places.Database.Count];

    /// <exception cref="InvalidDataException">No query can be read together with a candidate positive.</exception>
    private void RequireReadable(DescribedImages images, (int Query, int Visit)[] visits)
    {
        if (Array.Exists(visits, visit => images.Contains(_data.Queries[visit.Query].Image) && _data.Queries[visit.Query].Positives.Any(images.Contains)))
            return;
        throw new InvalidDataException($"mining: none of {visits.Length} queries can be read together with a place nearby; {images.Failures.Count} images cannot be read" +
            (images.Failures.Items is [var first, ..] ? $", such as {first.Reason}" : ""));
    }

    /// <summary>A query's tuple; null where the query, all candidates or too many negatives cannot be read, or where it teaches nothing.</summary>
    private MinedTuple? Mine(DescribedImages images, int number, int visit)
    {
        var query = _data.Queries[number];
        if (!images.Contains(query.Image))
            return null;
        var choice = _miner.Choose(other => images.Distance(query.Image, other), query.Positives.Where(images.Contains),
            _visits.Draw(number, visit, Elsewhere(query.Image)).Where(images.Contains));
        return choice is null || (_options.Margin is not null && choice.Violating == 0) || choice.Negatives.Count < _options.Negatives ? null
            : new MinedTuple([query.Image, choice.Positive, .. choice.Negatives.Select(negative => negative.Image)], choice.PositiveDistance, choice.Negatives.Average(negative => negative.Distance));
    }

    /// <summary>Database images that surely show another place than a query.</summary>
    private int[] Elsewhere(int image)
    {
        var place = Place(image);
        return [.. Enumerable.Range(0, Places.Database.Count).Where(other => place.SquaredDistance(Places.Database[other]) > PlaceDataset.TestRadius * PlaceDataset.TestRadius)];
    }

    /// <param name="Images">Query, positive, negatives.</param>
    /// <param name="Positive">Distance of the positive.</param>
    /// <param name="Negative">Mean distance of the negatives.</param>
    private sealed record MinedTuple(int[] Images, double Positive, double Negative);
}
