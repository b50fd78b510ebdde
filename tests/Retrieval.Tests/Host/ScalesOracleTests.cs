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
        CheckResized(OracleCase.Load(path));
    }

    /// <summary>Images are rounded to 8 bits of mantissa, once in and once out.</summary>
    [DeviceTheory(Kind = "cuda")]
    [OracleData("multiscale")]
    public void ResizesMapsOfBFloat16(DeviceName on, string path)
    {
        Open(on, Precision.BFloat16);
        CheckResized(OracleCase.Load(path), tolerance: 1.0 / 128);
    }

    private void CheckResized(OracleCase oracle, double? tolerance = null)
    {
        var x = Map(oracle, "in.x", Device.ActivationType);
        var scales = oracle.List("scales");
        for (var i = 0; i < scales.Length; i++)
        {
            var expected = oracle.Shape($"out.scaled{i}");
            var y = Device.Rent(new Shape(expected[0], expected[2], expected[3], expected[1]), x.Type);
            Operators.ResizeBilinear(x, (float)scales[i], (float)scales[i], y);
            oracle.CheckNhwc($"out.scaled{i}", Activations.Values(y), tolerance);
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
