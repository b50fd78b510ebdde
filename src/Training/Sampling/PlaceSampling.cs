using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Sampling;

/// <summary>
/// Weakly supervised tuples of photographs with positions (CVPR 2016, section 4): of the database images near a query the one that is most like it by the current network is the
/// positive; the negatives are the hardest of a random draw of images that surely show another place, and of the draw of the query's visit before. An epoch is what is trained
/// on between two refreshes of the descriptors.
/// </summary>
/// <param name="Queries">Queries of an epoch (1,000 in the paper).</param>
/// <param name="FirstQueries">Queries of the first epoch, when descriptors change most (500).</param>
/// <param name="Draws">Images that are drawn for each visit of a query (1,000).</param>
/// <param name="Negatives">The hardest of them (10).</param>
/// <param name="TuplesPerStep">Tuples of a batch (4).</param>
/// <param name="Margin">The loss's margin, on squared distances (0.1): a query whose negatives are all farther than its positive by so much teaches nothing and is left out. Null leaves none out.</param>
/// <param name="Squared">Whether distances are compared as the paper's loss compares them, squared; else as they are, with the margin's root.</param>
/// <param name="BatchNegatives">Whether tuples of a batch that surely show different places serve each other as further negatives; only with batch statistics.</param>
public sealed record PlaceSampling(int Queries = 1000, int FirstQueries = 500, int Draws = 1000, int Negatives = 10, int TuplesPerStep = 4, float? Margin = 0.1f, bool Squared = true,
    bool BatchNegatives = false) : SamplingOptions
{
    /// <inheritdoc/>
    public override BatchLayout Layout => new(Negatives + 2, Negatives + 2, TuplesPerStep, "tuples", GroupsStandAlone: true);

    /// <inheritdoc/>
    public override bool GivesTuples => true;

    /// <inheritdoc/>
    public override bool TuplesMeet => BatchNegatives;

    /// <inheritdoc/>
    public override void Validate()
    {
        foreach (var (name, value, most) in new[] { ("queries", Queries, 10_000_000), ("first queries", FirstQueries, 10_000_000), ("draws", Draws, 10_000_000), ("negatives", Negatives, 1000), ("tuples a step", TuplesPerStep, 10_000) })
            if (value < 1 || value > most)
                throw new ArgumentException($"{name}: expected 1 to {most}, got {value}");
        if (Negatives > Draws)
            throw new ArgumentException($"negatives: expected at most the {Draws} images that are drawn for a query, got {Negatives}");
        if (!(Margin is null or (>= 0 and <= 4)))
            throw new ArgumentException($"margin: expected 0 to 4, got {Margin}");
    }

    /// <inheritdoc/>
    public override IBatchSource Create(RetrievalModel model, TupleDataset data, ExtractionOptions extraction, ulong seed) =>
        new PlaceBatches(data.Places is null ? throw new ArgumentException("training on places needs photographs with positions: give a set of places (.mat, .npz or .csv)") : data,
            this, new DescriptorExtractor(model, extraction with { Whiten = false, Scales = [1] }), seed);
}
