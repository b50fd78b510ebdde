using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class LossOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("contrastive")]
    public void Contrastive(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Check(oracle, (x, labels, loss, dx) => Operators.ContrastiveLoss(x, labels, (float)oracle.Number("margin"), (float)oracle.Number("eps"), loss, dx));
    }

    [DeviceTheory]
    [OracleData("triplet_tuple")]
    public void Triplet(DeviceName on, string path)
    {
        Open(on);
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
