using System.Text.RegularExpressions;
using Retrieval.Host;
using Retrieval.Host.Backends.Cuda;
using Retrieval.Tests.Index;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>What a device makes of the cuDNN and cuBLASLt that it finds.</summary>
[Collection(Simulator.Alone)]
[Trait("device", "cuda")]
public sealed class CudaLibraryTests : IDisposable
{
    private static readonly ConvolutionGeometry Geometry = ConvolutionGeometry.Square(3, 1, 1);

    private readonly Simulator _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Theory]
    [InlineData(8907)]
    [InlineData(90100)]
    [InlineData(91300)]
    public void VersionsThatWillDo(int version)
    {
        _simulator.SetCudnnVersion(version);
        using var device = Device.Open(Simulator.Second, 1);
        Assert.Equal(Convolved(DeviceName.Cpu), Convolved(device), (expected, actual) => Math.Abs(expected - actual) < 1e-5);
    }

    [Fact]
    public void VersionsThatAreTooOld()
    {
        _simulator.SetCudnnVersion(8700);
        _simulator.SetCublasVersion(111103);
        using var device = Device.Open(Simulator.Second, 1);
        var problem = Assert.Throws<DeviceException>(() => Convolved(device)).Message;
        Assert.StartsWith("cuDNN at ", problem, StringComparison.Ordinal);
        Assert.EndsWith(" is version 8.7.0, expected 8.9 or later: install a newer one, or set RETRIEVAL_CUDNN to it (see retrieval doctor)", problem, StringComparison.Ordinal);
        problem = Assert.Throws<DeviceException>(() => Product(device, 256)).Message;
        Assert.EndsWith(" is version 11.11.3, expected 12.0 or later: install a newer one, or set RETRIEVAL_CUBLASLT to it (see retrieval doctor)", problem, StringComparison.Ordinal);
        // Where neither is needed neither is asked for.
        Product(device, 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WithoutAFusedEngineTheRestIsOurs(int how)
    {
        _simulator.RefuseFusedGraphs(how);
        using var device = Device.Open(Simulator.Second, 1);
        Assert.Equal(Convolved(DeviceName.Cpu), Convolved(device), (expected, actual) => Math.Abs(expected - actual) < 1e-5);
    }

    [Theory]
    [InlineData(Precision.Float32, 1e-6)]
    [InlineData(Precision.TensorFloat32, 1.0 / 512)]
    [InlineData(Precision.BFloat16, 1.0 / 512)]
    public void Float32IsRoundedAsThePrecisionSays(Precision precision, double tolerance)
    {
        using var device = Device.Open(Simulator.Second, 1, precision);
        var expected = Plain(DeviceName.Cpu);
        var error = Plain(device).Zip(expected, (actual, wanted) => Math.Abs(actual - wanted)).Max() / expected.Max(Math.Abs);
        Assert.InRange(error, 0, tolerance);
    }

    [Fact]
    public void APlanIsMadeBeforeARecording()
    {
        using var device = Device.Open(Simulator.Second, 1);
        var (x, w, y) = Tensors(device);
        var dx = device.Rent(x.Shape);
        var backend = (CudaBackend)device.Backend;
        device.Operators.Convolution(x, w, Geometry, y);
        var problem = Assert.Throws<InvalidOperationException>(() => backend.Record("a test", () => device.Operators.ConvolutionInputGradient(y, w, Tensor.None, Geometry, dx))).Message;
        Assert.Contains("a plan for InputGradient x [2, 5, 6, 8] w [8, 3, 3, 8] stride 1 padding 1 dilation 1 Float32 to Float32 strict aligned to 16 is chosen by measuring", problem, StringComparison.Ordinal);
        Assert.EndsWith("run the work once before it is recorded", problem, StringComparison.Ordinal);
        // What has run is recorded.
        using var graph = backend.Record("a test", () => device.Operators.Convolution(x, w, Geometry, y));
        device.Operators.Fill(y, 0);
        graph!.Replay();
        Assert.Equal(Plain(DeviceName.Cpu), y.ToArray<float>(), (expected, actual) => Math.Abs(expected - actual) < 1e-5);
    }

    [Fact]
    public void PlansAreKeptBetweenRuns()
    {
        using var folder = new TemporaryFolder();
        using var variables = new Variables();
        variables.Set("RETRIEVAL_CACHE", folder.Root);
        var expected = Plain(DeviceName.Cpu);
        var file = Run();
        // Another engine that can do it is taken from the file: nothing is measured, so nothing is written.
        var other = Regex.Replace(File.ReadAllText(file), "\"engine\":.*", "\"engine\":2,\"knobs\":[] }");
        File.WriteAllText(file, other);
        var before = File.ReadAllText(file);
        Assert.Equal(before, File.ReadAllText(Run()));
        // One that is not there is chosen anew.
        File.WriteAllText(file, before.Replace("\"engine\":2", "\"engine\":999", StringComparison.Ordinal));
        Assert.DoesNotContain("999", File.ReadAllText(Run()), StringComparison.Ordinal);

        string Run()
        {
            using (var device = Device.Open(Simulator.Second, 1))
                Assert.Equal(expected, Plain(device), (one, two) => Math.Abs(one - two) < 1e-5);
            return Assert.Single(Directory.EnumerateFiles(folder.Root));
        }
    }

    [Fact]
    public void ABatchIsCutWhereTheLibraryCountsNoFurther()
    {
        Shape x = new(1024, 224, 224, 64), y = new(1024, 112, 112, 256);
        var images = CudaBackend.ImagesAtOnce(x, y);
        Assert.InRange(images, 1, 1023);
        Assert.True((long)images * 224 * 224 * 64 <= int.MaxValue && (images + 1L) * 224 * 224 * 64 > int.MaxValue);
        Assert.Equal(7, CudaBackend.ImagesAtOnce(new Shape(7, 3, 3, 1), new Shape(7, 3, 3, 1)));
        Assert.Equal("convolution: a map of 4294967296 values for one image, expected at most 2147483647: use smaller images",
            Assert.Throws<DeviceException>(() => CudaBackend.ImagesAtOnce(new Shape(1, 1 << 14, 1 << 12, 64), new Shape(1, 1, 1, 1))).Message);
    }

    private static (Tensor X, Tensor W, Tensor Y) Tensors(Device device)
    {
        Shape map = new(2, 5, 6, 8), weights = new(8, 3, 3, 8);
        return (device.Rent<float>(map, Reference.Random(map.Count, 1)), device.Rent<float>(weights, Reference.Random(weights.Count, 2)), device.Rent<float>(map, Reference.Random(map.Count, 3)));
    }

    private static float[] Plain(Device device)
    {
        var (x, w, y) = Tensors(device);
        device.Operators.Convolution(x, w, Geometry, y);
        return y.ToArray<float>();
    }

    private static float[] Plain(DeviceName name)
    {
        using var device = Device.Open(name, 1);
        return Plain(device);
    }

    /// <summary>A convolution with all that may follow it, and the gradients.</summary>
    private static float[] Convolved(Device device)
    {
        var (x, w, y) = Tensors(device);
        var (residual, scale, shift) = (device.Rent(y.Shape), device.Rent<float>(new Shape(8), Reference.Random(8, 4)), device.Rent<float>(new Shape(8), Reference.Random(8, 5)));
        device.Operators.Copy(y, residual);
        device.Operators.Convolution(x, w, Geometry, y, new ConvolutionEpilogue(scale, shift, residual, true));
        var (dx, dw) = (device.Rent(x.Shape), device.Rent(w.Shape));
        device.Operators.ConvolutionInputGradient(residual, w, scale, Geometry, dx);
        device.Operators.ConvolutionWeightGradient(x, residual, Geometry, dw);
        return [.. y.ToArray<float>(), .. dx.ToArray<float>(), .. dw.ToArray<float>()];
    }

    private static float[] Convolved(DeviceName name)
    {
        using var device = Device.Open(name, 1);
        return Convolved(device);
    }

    private static void Product(Device device, int size)
    {
        var a = device.Rent<float>(new Shape(size, size), new float[size * size]);
        device.Operators.MatrixProduct(a, a, device.Rent(a.Shape));
    }
}
