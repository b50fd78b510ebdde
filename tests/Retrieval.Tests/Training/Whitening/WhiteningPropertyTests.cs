using Retrieval.Training.Whitening;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

/// <summary>What whitening means, on full-rank and on poor data.</summary>
public class WhiteningPropertyTests
{
    private const int Dimensions = 20;

    [Theory]
    [InlineData(LearnedWhiteningRotation.AllDescriptors)]
    [InlineData(LearnedWhiteningRotation.NonMatchingPairs)]
    public void Learned_whitening_makes_matching_differences_white_and_the_others_uncorrelated(LearnedWhiteningRotation rotation)
    {
        var (values, matching, others) = Labelled(count: 700);
        var whitening = LearnedWhitening.Learn(Small.Rows(values, Dimensions), matching, new LearnedWhiteningOptions { Rotation = rotation, Source = "noise" }, others);
        var differences = Project(whitening, Scatter(values, matching));
        Assert.True(Small.DistanceFromIdentity(differences, Dimensions) < 1e-9);
        var decisive = rotation == LearnedWhiteningRotation.NonMatchingPairs
            ? Scatter(values, others)
            : ScatterAbout(whitening.Mean.ToArray(), values);
        var eigenvalues = whitening.Eigenvalues.ToArray();
        Assert.True(Small.Distance(Project(whitening, decisive), i => i % (Dimensions + 1) == 0 ? eigenvalues[i / Dimensions] : 0) < 1e-9 * eigenvalues[0]);
        Assert.Equal(eigenvalues.OrderDescending(), eigenvalues);
        Assert.Equal((Dimensions, 0.0), (whitening.Provenance.EffectiveRank, whitening.Provenance.Regularisation));
        Assert.Contains("of noise", whitening.Provenance.ToString());
    }

    [Fact]
    public void Pca_whitening_makes_the_covariance_the_identity()
    {
        var values = Small.Descriptors(600, Dimensions, seed: 11);
        var whitening = PcaWhitening.Learn(Small.Rows(values, Dimensions));
        var covariance = ScatterAbout(whitening.Mean.ToArray(), values).Select(value => value / 600).ToArray();
        Assert.True(Small.DistanceFromIdentity(Project(whitening, covariance), Dimensions) < 1e-9);
    }

    [Fact]
    public void Fewer_dimensions_are_the_first_rows()
    {
        var (values, matching, _) = Labelled(count: 300);
        var rows = Small.Rows(values, Dimensions);
        WhiteningTransform whole = LearnedWhitening.Learn(rows, matching), few = LearnedWhitening.Learn(rows, matching, new LearnedWhiteningOptions { Dimensions = 7 });
        var truncated = whole.Truncate(7);
        Assert.Equal(7, few.OutputDimensions);
        Assert.True(Small.Distance(few.Projection.ToArray(), i => truncated.Projection.Span[i]) < 1e-12);
        Assert.Equal(few.Eigenvalues.ToArray(), truncated.Eigenvalues.ToArray());
    }

    [Fact]
    public void The_linear_layer_is_the_same_map()
    {
        var values = Small.Descriptors(100, Dimensions, seed: 2);
        var whitening = PcaWhitening.Learn(Small.Rows(values, Dimensions), new PcaWhiteningOptions { Dimensions = 6 });
        var (weights, bias) = whitening.ToLinearLayer();
        var expected = new double[6];
        whitening.Project(values.AsSpan(0, Dimensions), expected);
        for (var i = 0; i < 6; i++)
        {
            var sum = bias[i];
            for (var j = 0; j < Dimensions; j++)
                sum += weights[(i * Dimensions) + j] * values[j];
            Assert.Equal(expected[i], sum, 1e-4);
        }
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        var (values, matching, _) = Labelled(count: 900);
        var rows = Small.Rows(values, Dimensions);
        WhiteningTransform one = LearnedWhitening.Learn(rows, matching, new LearnedWhiteningOptions { Threads = 1 }), three = LearnedWhitening.Learn(rows, matching, new LearnedWhiteningOptions { Threads = 3 });
        Assert.Equal(one.Projection.ToArray(), three.Projection.ToArray());
    }

    [Theory]
    [InlineData("dead channel")]
    [InlineData("few pairs")]
    [InlineData("twin channels")]
    [InlineData("identical pairs")]
    [InlineData("large numbers")]
    public void Learned_whitening_lifts_a_singular_scatter_and_says_so(string defect)
    {
        var (values, matching, _) = Labelled(count: 300);
        if (defect == "few pairs")
            matching = matching[..5];
        if (defect == "identical pairs")
            matching = [.. matching.Select(pair => (pair.First, pair.First))];
        for (var i = 0; i < values.Length; i++)
        {
            if (defect == "dead channel" && i % Dimensions == 3)
                values[i] = 1e-6f;
            if (defect == "twin channels" && i % Dimensions == 3)
                values[i] = values[i - 1];
            if (defect == "large numbers")
                values[i] = i % Dimensions == 3 ? 0 : values[i] * 1e8f;
        }
        var whitening = LearnedWhitening.Learn(Small.Rows(values, Dimensions), matching);
        var rank = defect switch { "few pairs" => 5, "identical pairs" => 0, _ => Dimensions - 1 };
        Assert.Equal(rank, whitening.Provenance.EffectiveRank);
        Assert.True(whitening.Provenance.Regularisation >= 1e-10);
        Assert.Contains($"rank {rank} of {Dimensions}", whitening.Provenance.ToString());
        Assert.Contains("added to the diagonal", whitening.Provenance.ToString());
        Assert.All(Apply(whitening, values), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_faint_channel_is_not_a_dead_one()
    {
        var (values, matching, _) = Labelled(count: 300);
        for (var i = 3; i < values.Length; i += Dimensions)
            values[i] *= 1e-12f;
        var whitening = LearnedWhitening.Learn(Small.Rows(values, Dimensions), matching);
        Assert.Equal((Dimensions, 0.0), (whitening.Provenance.EffectiveRank, whitening.Provenance.Regularisation));
        Assert.True(Small.DistanceFromIdentity(Project(whitening, Scatter(values, matching)), Dimensions) < 1e-9);
    }

    [Theory]
    [InlineData("dead channel", Dimensions - 1)]
    [InlineData("few descriptors", 7)]
    [InlineData("duplicates", 1)]
    public void Pca_whitening_drops_dimensions_without_variance_and_says_so(string defect, int rank)
    {
        var values = Small.Descriptors(defect == "few descriptors" ? 8 : 100, Dimensions, seed: 9);
        for (var i = 0; i < values.Length; i++)
        {
            if (defect == "dead channel" && i % Dimensions == 3)
                values[i] = 0.3f;
            if (defect == "duplicates")
                values[i] = values[i % (2 * Dimensions)];
        }
        var whitening = PcaWhitening.Learn(Small.Rows(values, Dimensions), new PcaWhiteningOptions { Dimensions = Dimensions });
        Assert.Equal((rank, rank), (whitening.Provenance.EffectiveRank, whitening.OutputDimensions));
        Assert.Contains($"{Dimensions - rank} dimensions without variance dropped", whitening.Provenance.ToString());
        Assert.All(Apply(whitening, values), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(CovarianceDivisor.Count)]
    [InlineData(CovarianceDivisor.CountLessOne)]
    public void Pca_whitening_from_few_descriptors_whitens_what_they_span(CovarianceDivisor divisor)
    {
        const int count = 12;
        var values = Small.Descriptors(count, Dimensions, seed: 31);
        var whitening = PcaWhitening.Learn(Small.Rows(values, Dimensions), new PcaWhiteningOptions { Divisor = divisor });
        Assert.Equal(count - 1, whitening.OutputDimensions);
        var covariance = ScatterAbout(whitening.Mean.ToArray(), values).Select(value => value / (divisor == CovarianceDivisor.Count ? count : count - 1)).ToArray();
        Assert.True(Small.DistanceFromIdentity(Project(whitening, covariance), count - 1) < 1e-9);
        Assert.Equal(covariance.Where((_, i) => i % (Dimensions + 1) == 0).Sum(), whitening.Eigenvalues.ToArray().Sum(), 1e-9);
    }

    [Fact]
    public void Regularisation_that_is_asked_for_is_a_share_of_the_mean_variance()
    {
        var (values, matching, _) = Labelled(count: 300);
        matching = matching[..5];
        var scatter = Scatter(values, matching);
        var expected = 0.1 * scatter.Where((_, i) => i % (Dimensions + 1) == 0).Average();
        var whitening = LearnedWhitening.Learn(Small.Rows(values, Dimensions), matching, new LearnedWhiteningOptions { RelativeRegularisation = 0.1 });
        Assert.Equal(expected, whitening.Provenance.Regularisation, 1e-12);
        Assert.Equal(5, whitening.Provenance.EffectiveRank);
        for (var i = 0; i < Dimensions; i++)
            scatter[i * (Dimensions + 1)] += expected;
        Assert.True(Small.DistanceFromIdentity(Project(whitening, scatter), Dimensions) < 1e-9);
    }

    private static (float[] Values, (int First, int Second)[] Matching, (int First, int Second)[] Others) Labelled(int count)
    {
        var values = Small.Descriptors(count, Dimensions, seed: 21);
        var noise = Small.Descriptors(count, Dimensions, seed: 22);
        for (var i = 0; i < values.Length; i++)
            values[i] = values[i - (i % (2 * Dimensions)) + (i % Dimensions)] + (0.3f * noise[i]);
        var matching = Enumerable.Range(0, count / 2).Select(i => (2 * i, (2 * i) + 1)).ToArray();
        return (values, matching, [.. Enumerable.Range(0, count - 2).Select(i => (i, i + 2))]);
    }

    private static float[] Apply(WhiteningTransform whitening, float[] values)
    {
        var output = new float[whitening.OutputDimensions];
        whitening.Apply(values.AsSpan(0, Dimensions), output);
        return output;
    }

    private static double[] Scatter(float[] values, (int First, int Second)[] pairs)
    {
        var differences = pairs.SelectMany(pair => Enumerable.Range(0, Dimensions)
            .Select(j => (double)values[(pair.First * Dimensions) + j] - values[(pair.Second * Dimensions) + j])).ToArray();
        return [.. Small.Gram(Small.Transpose(differences, Dimensions), pairs.Length).Select(value => value / pairs.Length)];
    }

    private static double[] ScatterAbout(double[] mean, float[] values)
    {
        var centred = values.Select((value, i) => value - mean[i % Dimensions]).ToArray();
        return Small.Gram(Small.Transpose(centred, Dimensions), values.Length / Dimensions);
    }

    /// <summary>P A P^T.</summary>
    private static double[] Project(WhiteningTransform whitening, double[] matrix)
    {
        var projection = whitening.Projection.ToArray();
        return Small.Product(Small.Product(projection, matrix, Dimensions), Small.Transpose(projection, Dimensions), Dimensions);
    }
}
