using Retrieval.Tests.Support;
using Retrieval.Training.Whitening;
using Xunit;

namespace Retrieval.Tests.Training.Whitening;

/// <summary>Learned and PCA whitening against the reference cases.</summary>
public class WhiteningOracleTests
{
    /// <summary>What double precision code is to reach behind a matrix decomposition.</summary>
    private const double Double = 1e-7;

    [Theory]
    [OracleData("whiten_learned")]
    public void Learned(string path)
    {
        var oracle = OracleCase.Load(path);
        var rows = Columns(oracle, "in.x");
        var pairs = oracle.Integers("in.query_index").Zip(oracle.Integers("in.positive_index")).ToArray();
        var whitening = LearnedWhitening.Learn(rows, pairs, new LearnedWhiteningOptions { Threads = 2 });
        CheckMap(oracle, whitening);
        oracle.Check("out.scatter", whitening.Eigenvalues.ToArray(), Double);
        CheckApplied(oracle, whitening);
        Assert.Equal(whitening.Provenance.Regularisation > 0, whitening.Provenance.EffectiveRank < whitening.InputDimensions);
    }

    [Theory]
    [OracleData("whiten_pca")]
    public void Pca(string path)
    {
        var oracle = OracleCase.Load(path);
        var whitening = PcaWhitening.Learn(Columns(oracle, "in.x"), new PcaWhiteningOptions { Threads = 2 });
        CheckMap(oracle, whitening);
        CheckApplied(oracle, whitening);
    }

    [Theory]
    [OracleData("whiten_multigrain")]
    public void MultiGrain(string path)
    {
        var oracle = OracleCase.Load(path);
        var rows = new DescriptorMatrix(oracle.Floats("in.x"), oracle.Shape("in.x")[1]);
        var whitening = PcaWhitening.Learn(rows, new PcaWhiteningOptions { Divisor = CovarianceDivisor.CountLessOne });
        int dimensions = rows.Dimensions, count = oracle.Shape("in.apply")[0];
        var inputs = oracle.Floats("in.apply");
        var projected = new double[count * dimensions];
        var descriptors = new float[count * dimensions];
        for (var i = 0; i < count; i++)
        {
            whitening.Project(inputs.AsSpan(i * dimensions, dimensions), projected.AsSpan(i * dimensions, dimensions));
            whitening.Apply(inputs.AsSpan(i * dimensions, dimensions), descriptors.AsSpan(i * dimensions, dimensions));
        }
        // The reference keeps one component a column.
        oracle.Check("out.m", whitening.Mean.ToArray(), Double);
        oracle.Check("out.P", Small.Transpose(whitening.Projection.ToArray(), dimensions), Double);
        oracle.Check("out.metric", Small.Gram(Small.Transpose(whitening.Projection.ToArray(), dimensions), dimensions), Double);
        oracle.Check("out.projected", projected, Double);
        oracle.Check("out.descriptor", descriptors);
        oracle.Check("out.gram", Small.Gram(Array.ConvertAll(descriptors, value => (double)value), dimensions));
    }

    private static void CheckMap(OracleCase oracle, WhiteningTransform whitening)
    {
        var dimensions = whitening.InputDimensions;
        Assert.Equal(dimensions, whitening.OutputDimensions);
        oracle.Check("out.m", whitening.Mean.ToArray(), Double);
        oracle.Check("out.P", whitening.Projection.ToArray(), Double);
        var transposed = Small.Transpose(whitening.Projection.ToArray(), dimensions);
        oracle.Check("out.metric", Small.Gram(transposed, dimensions), Double);
    }

    private static void CheckApplied(OracleCase oracle, WhiteningTransform whitening)
    {
        var reduced = whitening.Truncate(oracle.Integer("dimensions"));
        foreach (var (map, whitened, gram) in new[] { (whitening, "out.whitened", "out.gram"), (reduced, "out.whitened_reduced", "out.gram_reduced") })
        {
            var inputs = Columns(oracle, "in.apply");
            var outputs = new float[inputs.Count * map.OutputDimensions];
            var input = new float[inputs.Dimensions];
            for (var i = 0; i < inputs.Count; i++)
            {
                inputs.Read(i, input);
                map.Apply(input, outputs.AsSpan(i * map.OutputDimensions, map.OutputDimensions));
            }
            var rows = Array.ConvertAll(outputs, value => (double)value);
            oracle.Check(whitened, Small.Transpose(rows, map.OutputDimensions));
            oracle.Check(gram, Small.Gram(rows, map.OutputDimensions));
        }
    }

    /// <summary>A stored D x N tensor as N rows.</summary>
    private static DescriptorMatrix Columns(OracleCase oracle, string tensor)
    {
        var shape = oracle.Shape(tensor);
        return new DescriptorMatrix(Small.Transpose(oracle.Floats(tensor), shape[1]), shape[0]);
    }
}
