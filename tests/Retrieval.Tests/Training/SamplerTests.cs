using System.Numerics.Tensors;
using Retrieval.Tests.Support;
using Retrieval.Training.Mining;
using Retrieval.Training.Sampling;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class SamplerTests
{
    [Theory]
    [OracleData("pk_sampler")]
    public void Identities_are_visited_as_in_the_reference(string path)
    {
        var oracle = OracleCase.Load(path);
        var size = oracle.Integer("identities_per_batch");
        var sampler = new IdentitySampler(oracle.Integers("in.samples_per_identity"), size, oracle.Integer("num_instances"));
        var draws = new Queue<int[]>(oracle.Integers("in.draws").Chunk(size));
        var available = new List<int>();
        var offsets = new List<int> { 0 };

        var order = sampler.Batches(left =>
        {
            available.AddRange(left);
            offsets.Add(available.Count);
            return draws.Dequeue();
        }).SelectMany(batch => batch).ToArray();

        oracle.CheckEqual("out.order", order);
        oracle.CheckEqual("out.occurrences", sampler.Occurrences);
        oracle.CheckEqual("out.nominal_length", [sampler.NominalLength]);
        oracle.CheckEqual("out.available_before_draw", available);
        oracle.CheckEqual("out.available_before_draw_offsets", offsets);
    }

    [Theory]
    [OracleData("ra_sampler")]
    public void Repeated_images_are_batched_as_in_the_reference(string path)
    {
        var oracle = OracleCase.Load(path);
        var count = oracle.Integer("dataset_len");
        var permutations = oracle.Integers("in.permutations").Chunk(count).ToArray();
        var sampler = new RepeatedAugmentationSampler(count, oracle.Integer("batch_size"), oracle.Integer("repetitions"), oracle.Number("len_factor"), oracle.Flag("drop_last"));

        var batches = sampler.Batches(turn => permutations[turn]).ToArray();

        oracle.CheckEqual("out.batches", batches.SelectMany(batch => batch));
        oracle.CheckEqual("out.batches_offsets", batches.Aggregate(new List<int> { 0 }, (list, batch) => [.. list, list[^1] + batch.Length]));
        oracle.CheckEqual("out.length", [sampler.BatchCount]);
    }

    [Theory]
    [OracleData("place_negatives")]
    public void Places_get_the_positive_and_negatives_of_the_reference(string path)
    {
        var oracle = OracleCase.Load(path);
        float[] query = oracle.Floats("in.query"), database = oracle.Floats("in.database");
        var choice = new PlaceMiner(oracle.Number("margin"), oracle.Integer("candidates"), squared: false).Choose(
            row => TensorPrimitives.Distance(query, database.AsSpan(row * query.Length, query.Length)), oracle.Integers("in.potential_positive"),
            oracle.Integers("in.cached_negative").Concat(oracle.Integers("in.negative_draw")))!;
        oracle.CheckEqual("out.positive_index", [choice.Positive]);
        oracle.CheckEqual("out.negative_index", choice.Negatives.Take(Math.Min(choice.Violating, oracle.Integer("max_negatives"))).Select(negative => negative.Image));
    }

    [Fact]
    public void Too_few_identities_are_refused()
    {
        Assert.Contains("at least 2 images", Assert.Throws<ArgumentException>(() => new IdentitySampler([4, 1], 2, 4)).Message, StringComparison.Ordinal);
    }
}
