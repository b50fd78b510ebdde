using Retrieval.Training.Whitening;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

/// <summary>What is refused, and in which words.</summary>
public class WhiteningInputTests
{
    private static readonly DescriptorMatrix Rows = Small.Rows(Small.Descriptors(30, 4, seed: 3), 4);

    [Fact]
    public void Needs_pairs() => Refused("there are no matching pairs", () => LearnedWhitening.Learn(Rows, []));

    [Fact]
    public void Needs_descriptors() => Refused("there are no descriptors", () => LearnedWhitening.Learn(Small.Rows([], 4), [(0, 1)]));

    [Fact]
    public void Needs_non_matching_pairs_where_they_decide_the_rotation() => Refused("there are no non-matching pairs", () =>
        LearnedWhitening.Learn(Rows, [(0, 1)], new LearnedWhiteningOptions { Rotation = LearnedWhiteningRotation.NonMatchingPairs }));

    [Theory]
    [InlineData(0, 30)]
    [InlineData(-1, 0)]
    public void Pairs_name_existing_rows(int query, int positive) =>
        Refused($"matching pair 1 is ({query}, {positive}), but the descriptors are numbered 0 to 29", () => LearnedWhitening.Learn(Rows, [(0, 1), (query, positive)]));

    [Theory]
    [InlineData(0, 1, "dimensions must be at least 1")]
    [InlineData(5, 1, "5 output dimensions were asked for, but the descriptors have only 4")]
    [InlineData(2, 0, "threads must be at least 1")]
    public void Settings_are_checked(int dimensions, int threads, string message)
    {
        Refused(message, () => LearnedWhitening.Learn(Rows, [(0, 1)], new LearnedWhiteningOptions { Dimensions = dimensions, Threads = threads }));
        Refused(message, () => PcaWhitening.Learn(Rows, new PcaWhiteningOptions { Dimensions = dimensions, Threads = threads }));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Regularisation_is_not_negative(double share) => Refused("the relative regularisation must be a number of at least 0", () =>
        LearnedWhitening.Learn(Rows, [(0, 1)], new LearnedWhiteningOptions { RelativeRegularisation = share }));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Numbers_are_finite(float bad)
    {
        var values = Small.Descriptors(30, 4, seed: 3);
        values[(17 * 4) + 2] = bad;
        var rows = Small.Rows(values, 4);
        Refused("descriptor 17 holds a value that is not a finite number", () => PcaWhitening.Learn(rows, new PcaWhiteningOptions { Threads = 2 }));
        Refused("descriptor 17", () => LearnedWhitening.Learn(rows, [(0, 1), (2, 17)]));
        Refused("descriptor 17", () => LearnedWhitening.Learn(rows, [(0, 1), (2, 3)]));
    }

    [Fact]
    public void Pca_needs_descriptors_that_differ()
    {
        Refused("at least 2 descriptors, got 1", () => PcaWhitening.Learn(Small.Rows(new float[4], 4)));
        foreach (var value in new[] { 0f, 0.3f, 1e20f })
            Refused("all 3 descriptors are the same", () => PcaWhitening.Learn(Small.Rows([.. Enumerable.Repeat(value, 12)], 4)));
    }

    [Fact]
    public void Rows_are_whole() => Refused("7 values are not a whole number of descriptors of 4 dimensions", () => Small.Rows(new float[7], 4));

    [Fact]
    public void A_transform_checks_what_it_is_built_from_and_given()
    {
        var whitening = PcaWhitening.Learn(Rows, new PcaWhiteningOptions { Dimensions = 3 });
        Refused("maps 4 dimensions to 3", () => whitening.Project(new float[5], new double[3]));
        Refused("must have 3 values, got 4", () => whitening.Apply(new float[4], new float[4]));
        Refused("cannot keep 4 of 3 dimensions", () => whitening.Truncate(4));
        Refused("cannot keep 0 of 3 dimensions", () => whitening.Truncate(0));
        Refused("do not fit together", () => Build(new double[4], new double[11], new double[3]));
        Refused("not a finite number", () => Build([double.NaN], [1], [1]));

        WhiteningTransform Build(double[] mean, double[] projection, double[] eigenvalues) => new(whitening.Provenance, mean, projection, eigenvalues);
    }

    [Fact]
    public void Work_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => PcaWhitening.Learn(Rows, cancellation: source.Token));
    }

    private static void Refused(string words, Action action)
    {
        var message = Assert.Throws<ArgumentException>(action).Message;
        Assert.Contains(words, message);
        Assert.DoesNotContain('\n', message);
    }
}
