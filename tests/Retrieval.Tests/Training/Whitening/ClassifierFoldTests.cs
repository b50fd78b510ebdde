using Retrieval.Tests.Support;
using Retrieval.Training.Whitening;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

public class ClassifierFoldTests
{
    private const double GemEpsilon = 1e-6;

    [Theory]
    [OracleData("whiten_multigrain_fold")]
    public void Keeps_the_reference_decisions(string path)
    {
        var oracle = OracleCase.Load(path);
        var power = oracle.Doubles("param.p")[0];
        int inputs = oracle.Shape("in.x")[1] + 1, classes = oracle.Shape("param.classifier.weight")[0];
        var (training, _) = Embed(oracle, "in.x", power);
        var whitening = PcaWhitening.Learn(Small.Rows(training, inputs), new PcaWhiteningOptions { Divisor = CovarianceDivisor.CountLessOne });
        double[] weights = oracle.Doubles("param.classifier.weight"), bias = oracle.Doubles("param.classifier.bias");
        var withBias = new float[classes * inputs];
        for (var k = 0; k < classes; k++)
            for (var j = 0; j < inputs; j++)
                withBias[(k * inputs) + j] = (float)(j < inputs - 1 ? weights[(k * (inputs - 1)) + j] : bias[k]);
        var (folded, foldedBias) = ClassifierFold.Fold(whitening, withBias);

        var (embeddings, norms) = Embed(oracle, "in.apply", power);
        var count = norms.Length;
        var whitened = new double[count * inputs];
        for (var i = 0; i < count; i++)
            whitening.Project(embeddings.AsSpan(i * inputs, inputs), whitened.AsSpan(i * inputs, inputs));
        var logits = Small.Product(whitened, Small.Transpose(Array.ConvertAll(folded, value => (double)value), inputs), inputs);
        for (var i = 0; i < logits.Length; i++)
            logits[i] += foldedBias[i % classes];

        oracle.Check("out.m", whitening.Mean.ToArray());
        oracle.Check("out.P", Small.Transpose(whitening.Projection.ToArray(), inputs));
        oracle.Check("out.embedding", whitened);
        oracle.Check("out.classifier.weight", folded);
        oracle.Check("out.classifier.bias", foldedBias);
        oracle.Check("out.logits", logits);
        oracle.Check("out.logits_before", logits.Select((value, i) => value * norms[i / classes]).ToArray());
    }

    [Fact]
    public void Keeps_the_decisions_where_a_channel_is_dead()
    {
        const int dimensions = 6, count = 40;
        var values = Small.Descriptors(count, dimensions, seed: 5);
        for (var i = 0; i < count; i++)
            values[(i * dimensions) + 2] = 0.25f;
        var whitening = PcaWhitening.Learn(Small.Rows(values, dimensions));
        var weights = Array.ConvertAll(Small.Normal(3 * dimensions, 6), value => (float)value);
        var (folded, bias) = ClassifierFold.Fold(whitening, weights);
        var projected = new double[whitening.OutputDimensions];
        whitening.Project(values.AsSpan(0, dimensions), projected);
        for (var k = 0; k < 3; k++)
        {
            double before = 0, after = bias[k];
            for (var j = 0; j < dimensions; j++)
                before += (double)weights[(k * dimensions) + j] * values[j];
            for (var j = 0; j < projected.Length; j++)
                after += folded[(k * projected.Length) + j] * projected[j];
            Assert.Equal(before, after, 1e-5);
        }
    }

    [Fact]
    public void Refuses_what_cannot_be_folded()
    {
        var rows = Small.Rows(Small.Descriptors(20, 4, seed: 1), 4);
        var learned = LearnedWhitening.Learn(rows, [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]);
        Assert.Throws<ArgumentException>(() => ClassifierFold.Fold(learned, new float[8]));
        Assert.Throws<ArgumentException>(() => ClassifierFold.Fold(PcaWhitening.Learn(rows), new float[9]));
    }

    /// <summary>GeM of each map with a constant 1 behind it, divided by its norm + 1e-6, and those divisors.</summary>
    private static (float[] Embeddings, double[] Norms) Embed(OracleCase oracle, string tensor, double power)
    {
        var maps = oracle.Doubles(tensor);
        var shape = oracle.Shape(tensor);
        int count = shape[0], channels = shape[1], positions = shape[2] * shape[3];
        var embeddings = new float[count * (channels + 1)];
        var norms = new double[count];
        for (var n = 0; n < count; n++)
        {
            var pooled = Enumerable.Range(0, channels)
                .Select(c => maps.Skip(((n * channels) + c) * positions).Take(positions).Average(value => Math.Pow(Math.Max(value, GemEpsilon), power)))
                .Select(mean => Math.Pow(mean, 1 / power))
                .Append(1)
                .ToArray();
            norms[n] = Math.Sqrt(pooled.Sum(value => value * value)) + 1e-6;
            for (var j = 0; j <= channels; j++)
                embeddings[(n * (channels + 1)) + j] = (float)(pooled[j] / norms[n]);
        }
        return (embeddings, norms);
    }
}
