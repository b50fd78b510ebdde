using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

/// <summary>The parts of multi-scale description that need no network: resized images, and descriptors joined.</summary>
public sealed class ScalesOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("multiscale")]
    public void Resizes(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var x = Map(oracle, "in.x");
        var scales = oracle.List("scales");
        for (var i = 0; i < scales.Length; i++)
        {
            var expected = oracle.Shape($"out.scaled{i}");
            var y = Device.Rent(new Shape(expected[0], expected[2], expected[3], expected[1]));
            Operators.ResizeBilinear(x, (float)scales[i], (float)scales[i], y);
            oracle.CheckNhwc($"out.scaled{i}", y.ToArray<float>());
        }
    }

    [DeviceTheory]
    [OracleData("multiscale")]
    public void JoinsDescriptors(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var scales = oracle.List("scales").Length;
        var singles = Enumerable.Range(0, scales).SelectMany(i => oracle.Floats($"out.single{i}")).ToArray();
        var dimension = singles.Length / scales;
        var p = oracle.Text("msp") == "p" ? oracle.Floats("param.pool.p")[0] : 1;
        Tensor x = Upload(new Shape(scales, 1, dimension), singles), y = Device.Rent(new Shape(1, dimension));
        Operators.AggregateScales(x, p, y);
        Operators.L2Normalize(y, 0, y, Tensor.None);
        oracle.Check("out.descriptor", y.ToArray<float>());
    }
}
