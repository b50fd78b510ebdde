using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

/// <summary>In the steady state convolutions, products and searches allocate no managed memory and take no chunks from the system.</summary>
[Unwatched]
public sealed class ProductAllocationTests : OperatorTests
{
    [DeviceTheory]
    public void Products_allocate_nothing(DeviceName on)
    {
        Open(on);
        var geometry = ConvolutionGeometry.Square(3, 2, 1);
        Shape map = new(2, 41, 39, 20), weights = new(40, 3, 3, 20);
        Tensor x = Upload(map, Reference.Random(map.Count, 1)), w = Upload(weights, Reference.Random(weights.Count, 2));
        Tensor y = Zeros(geometry.OutputShape(map, 40)), dx = Zeros(map), dw = Zeros(weights), channels = Zeros(new Shape(40));
        Tensor a = Upload(new Shape(700, 70), Reference.Random(700 * 70, 3)), b = Upload(new Shape(70, 50), Reference.Random(70 * 50, 4)), c = Zeros(new Shape(700, 50));
        Tensor queries = Upload(new Shape(9, 70), Reference.Random(9 * 70, 5)), scores = Zeros(new Shape(9, 20)), rows = Device.Rent(new Shape(9, 20), ElementType.Int64);
        using var prepared = Operators.PrepareConvolution(w, geometry);

        AllocatesNothing(() =>
        {
            Operators.Convolution(x, w, geometry, y, new ConvolutionEpilogue(channels, channels, default, true));
            Operators.Convolution(x, prepared, y);
            Operators.ConvolutionInputGradient(y, w, channels, geometry, dx, accumulate: true);
            Operators.ConvolutionWeightGradient(x, y, geometry, dw);
            Operators.MatrixProduct(a, b, c);
            Operators.MatrixProduct(c, a, dw.Reshape(new Shape(40 * 9 * 20)).Slice(0, 50 * 70).Reshape(new Shape(50, 70)), transposeA: true);
            Operators.Linear(a, queries, Tensor.None, y.Reshape(new Shape(checked((int)y.Count))).Slice(0, 700 * 9).Reshape(new Shape(700, 9)));
            Operators.TopK(queries, a, default, SearchMetric.InnerProduct, scores, rows);
            Operators.TopK(queries, a, default, SearchMetric.InnerProduct, scores, rows, 700, merge: true);
        });
    }
}
