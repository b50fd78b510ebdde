using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class LossOracleTests : OperatorTests
{
    [Theory]
    [OracleData("contrastive")]
    public void Contrastive(string path)
    {
        var oracle = OracleCase.Load(path);
        Check(oracle, (x, labels, loss, dx) => Operators.ContrastiveLoss(x, labels, (float)oracle.Number("margin"), (float)oracle.Number("eps"), loss, dx));
    }

    [Theory]
    [OracleData("triplet_tuple")]
    public void Triplet(string path)
    {
        var oracle = OracleCase.Load(path);
        Check(oracle, (x, labels, loss, dx) => Operators.TripletLoss(x, labels, (float)oracle.Number("margin"), loss, dx));
    }

    private void Check(OracleCase oracle, Action<Tensor, Tensor, Tensor, Tensor> compute)
    {
        int dimension = oracle.Shape("in.x")[0], count = oracle.Shape("in.x")[1];
        var x = Upload(new Shape(count, dimension), Transpose(oracle.Floats("in.x"), dimension, count));
        var labels = Device.Rent<int>(new Shape(count), oracle.Integers("in.label"));
        Tensor loss = Device.Rent(new Shape(1)), dx = Device.Rent(x.Shape);
        compute(x, labels, loss, dx);
        oracle.Check("out.loss", loss.ToArray<float>());
        oracle.Check("grad.x", Transpose(dx.ToArray<float>(), count, dimension));
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                result[(j * rows) + i] = values[(i * columns) + j];
        return result;
    }
}
