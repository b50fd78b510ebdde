using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Convolution and both its gradients against plain loops in double precision, on maps of every type that the device knows.</summary>
public sealed class ConvolutionTests : OperatorTests
{
    /// <summary>N, H, W, C, K, R, S, stride, padding, dilation.</summary>
    public static TheoryData<int[]> Cases { get; } = new((int[][])
    [
        [1, 1, 1, 1, 1, 1, 1, 1, 0, 1],
        [2, 5, 7, 31, 33, 1, 1, 1, 0, 1],
        [1, 6, 5, 32, 64, 1, 1, 2, 0, 1],
        [3, 7, 7, 33, 31, 3, 3, 1, 1, 1],
        [2, 9, 8, 17, 40, 3, 3, 2, 1, 1],
        [1, 23, 19, 3, 16, 7, 7, 2, 3, 1],
        [1, 15, 15, 3, 5, 11, 11, 4, 2, 1],
        [2, 11, 6, 8, 12, 3, 3, 1, 2, 2],
        [1, 12, 13, 4, 7, 3, 3, 2, 3, 3],
        [1, 9, 9, 5, 6, 2, 4, 3, 1, 1],
        [1, 4, 4, 6, 3, 5, 5, 1, 4, 1],
        [2, 8, 8, 3, 4, 1, 1, 3, 2, 1],
        [1, 7, 7, 300, 70, 3, 3, 1, 1, 1],
        [1, 3, 3, 600, 40, 1, 1, 1, 0, 1],
        [4, 14, 14, 16, 96, 3, 3, 1, 1, 1],
        [1, 37, 41, 8, 32, 3, 3, 1, 1, 1],
        [2, 43, 41, 4, 5, 3, 3, 1, 1, 1],
        [1, 25, 24, 3, 300, 3, 3, 1, 1, 1],
        [0, 5, 5, 4, 4, 3, 3, 1, 1, 1],
        [1, 2, 2, 4, 4, 3, 3, 1, 0, 1],
    ]);

    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void Forward(DeviceName on, int[] sizes)
    {
        Open(on);
        foreach (var type in Types)
        {
            using var problem = new Problem(Device, sizes, type);
            using var y = new GuardedTensor(Device, problem.Y, type: type);
            Operators.Convolution(problem.X.Tensor, problem.W.Tensor, problem.Geometry, y.Tensor);
            Reference.Close(problem.Forward(), y.Values(), Tolerance(type));
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void Forward_with_epilogue(DeviceName on, int[] sizes)
    {
        Open(on);
        foreach (var type in Types)
        {
            using var problem = new Problem(Device, sizes, type);
            using var epilogue = new Epilogue(problem);
            using var plain = Operators.PrepareConvolution(problem.W.Tensor, problem.Geometry, default, type);
            using var scaled = Operators.PrepareConvolution(problem.W.Tensor, problem.Geometry, epilogue.Scales.Tensor, type);
            var product = problem.Forward();
            for (var parts = 0; parts < 16; parts++)
            {
                var expected = epilogue.Expected(product, parts);
                using GuardedTensor y = new(Device, problem.Y, type: type), prepared = new(Device, problem.Y, type: type);
                Operators.Convolution(problem.X.Tensor, problem.W.Tensor, problem.Geometry, y.Tensor, epilogue.Of(parts));
                Reference.Close(expected, y.Values(), Tolerance(type));
                Operators.Convolution(problem.X.Tensor, (parts & 1) != 0 ? scaled : plain, prepared.Tensor, epilogue.Of(parts & ~1));
                Reference.Close(expected, prepared.Values(), Tolerance(type));
            }
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void Input_gradient(DeviceName on, int[] sizes)
    {
        Open(on);
        foreach (var type in Types)
        {
            using var problem = new Problem(Device, sizes, type);
            var scale = Reference.Random(problem.Y[3], 8);
            var before = Activations.Rounded(Reference.Random(problem.X.Tensor.Count, 9), type);
            using var scales = new GuardedTensor(Device, new Shape(problem.Y[3]), scale);
            foreach (var (scaled, accumulate) in new[] { (false, false), (true, false), (false, true), (true, true) })
            {
                var expected = accumulate ? before.Select(value => (double)value).ToArray() : new double[before.Length];
                Reference.EachProduct(problem.X.Tensor.Shape, problem.Y[3], problem.Geometry, (x, w, y) =>
                    expected[x] += (double)problem.DyValues[y] * (scaled ? scale[y % problem.Y[3]] : 1) * problem.WValues[w]);
                using var dx = new GuardedTensor(Device, problem.X.Tensor.Shape, before, type);
                Operators.ConvolutionInputGradient(problem.Dy.Tensor, problem.W.Tensor, scaled ? scales.Tensor : default, problem.Geometry, dx.Tensor, accumulate);
                Reference.Close(expected, dx.Values(), Tolerance(type));
            }
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Cases))]
    public void Weight_gradient(DeviceName on, int[] sizes)
    {
        Open(on);
        foreach (var type in Types)
        {
            using var problem = new Problem(Device, sizes, type);
            var before = Reference.Random(problem.W.Tensor.Count, 9);
            foreach (var accumulate in new[] { false, true })
            {
                var expected = accumulate ? before.Select(value => (double)value).ToArray() : new double[before.Length];
                Reference.EachProduct(problem.X.Tensor.Shape, problem.Y[3], problem.Geometry, (x, w, y) => expected[w] += (double)problem.DyValues[y] * problem.XValues[x]);
                using var dw = new GuardedTensor(Device, problem.W.Tensor.Shape, before);
                Operators.ConvolutionWeightGradient(problem.X.Tensor, problem.Dy.Tensor, problem.Geometry, dw.Tensor, accumulate);
                Reference.Close(expected, dw.Values(), Tolerance(type));
            }
        }
    }

    /// <summary>The optimiser's working copy of weights serves as the weights do, where maps are of its type.</summary>
    [Fact]
    [Trait("device", "cuda")]
    public void Weights_may_be_of_the_maps_type()
    {
        Open(TestDevices.Cuda);
        using var problem = new Problem(Device, [2, 7, 6, 8, 16, 3, 3, 1, 1, 1], ElementType.BFloat16);
        using var working = new GuardedTensor(Device, problem.W.Tensor.Shape, problem.WValues, ElementType.BFloat16);
        using var epilogue = new Epilogue(problem);
        using GuardedTensor y = new(Device, problem.Y, type: ElementType.BFloat16), same = new(Device, problem.Y, type: ElementType.BFloat16);
        Operators.Convolution(problem.X.Tensor, problem.W.Tensor, problem.Geometry, y.Tensor, epilogue.Of(15));
        Operators.Convolution(problem.X.Tensor, working.Tensor, problem.Geometry, same.Tensor, epilogue.Of(15));
        Reference.Close([.. y.Values().Select(value => (double)value)], same.Values(), Tolerance(ElementType.BFloat16));
    }

    [DeviceTheory]
    public void A_scale_belongs_to_the_preparation(DeviceName on)
    {
        Open(on);
        using var problem = new Problem(Device, [1, 3, 3, 4, 4, 1, 1, 1, 0, 1], ElementType.Float32);
        using var epilogue = new Epilogue(problem);
        using var prepared = Operators.PrepareConvolution(problem.W.Tensor, problem.Geometry);
        using var y = new GuardedTensor(Device, problem.Y);
        var refusal = Assert.Throws<OperatorException>(() => Operators.Convolution(problem.X.Tensor, prepared, y.Tensor, epilogue.Of(1)));
        Assert.Equal("Convolution: the epilogue has a scale, expected none: it belongs to the preparation of the weights", refusal.Message);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Number_of_threads_changes_nothing(int[] sizes)
    {
        var results = new List<float[]>();
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var device = Device.OpenCpu(threads);
            using var problem = new Problem(device, sizes, ElementType.Float32);
            using var y = new GuardedTensor(device, problem.Y);
            using var dx = new GuardedTensor(device, problem.X.Tensor.Shape);
            using var dw = new GuardedTensor(device, problem.W.Tensor.Shape);
            device.Operators.Convolution(problem.X.Tensor, problem.W.Tensor, problem.Geometry, y.Tensor);
            device.Operators.ConvolutionInputGradient(problem.Dy.Tensor, problem.W.Tensor, default, problem.Geometry, dx.Tensor);
            device.Operators.ConvolutionWeightGradient(problem.X.Tensor, problem.Dy.Tensor, problem.Geometry, dw.Tensor);
            results.Add([.. y.Values(), .. dx.Values(), .. dw.Values()]);
        }
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    private IEnumerable<ElementType> Types => Device.ComputesBFloat16 ? [ElementType.Float32, ElementType.BFloat16] : [ElementType.Float32];

    /// <summary>In bfloat16 the result is rounded, and so are the weights, which have been scaled before.</summary>
    private static double Tolerance(ElementType type) => type == ElementType.BFloat16 ? 2.0 / 256 : 1e-5;

    /// <summary>A case's tensors.</summary>
    private sealed class Problem : IDisposable
    {
        public Problem(Device device, int[] s, ElementType type)
        {
            (Device, Type) = (device, type);
            Geometry = new ConvolutionGeometry(s[5], s[6], s[7], s[8], s[9]);
            Shape x = new(s[0], s[1], s[2], s[3]), w = new(s[4], s[5], s[6], s[3]);
            Y = Geometry.OutputShape(x, s[4]);
            XValues = Activations.Rounded(Reference.Random(x.Count, 1), type);
            WValues = Activations.Rounded(Reference.Random(w.Count, 2), type);
            DyValues = Activations.Rounded(Reference.Random(Y.Count, 3), type);
            (X, W, Dy) = (new GuardedTensor(device, x, XValues, type), new GuardedTensor(device, w, WValues), new GuardedTensor(device, Y, DyValues, type));
        }

        public Device Device { get; }

        public ElementType Type { get; }

        public ConvolutionGeometry Geometry { get; }

        public Shape Y { get; }

        public float[] XValues { get; }

        public float[] WValues { get; }

        public float[] DyValues { get; }

        public GuardedTensor X { get; }

        public GuardedTensor W { get; }

        public GuardedTensor Dy { get; }

        public double[] Forward()
        {
            var y = new double[Y.Count];
            Reference.EachProduct(X.Tensor.Shape, Y[3], Geometry, (xi, wi, yi) => y[yi] += (double)XValues[xi] * WValues[wi]);
            return y;
        }

        public void Dispose()
        {
            X.Dispose();
            W.Dispose();
            Dy.Dispose();
        }
    }

    /// <summary>What may follow a product, chosen by bits: 1 scale, 2 shift, 4 residual, 8 ReLU.</summary>
    private sealed class Epilogue : IDisposable
    {
        private readonly int _filters;
        private readonly float[] _scale, _shift, _residual;
        private readonly GuardedTensor _shifts, _residuals;

        public Epilogue(Problem problem)
        {
            _filters = problem.Y[3];
            (_scale, _shift, _residual) = (Reference.Random(_filters, 5), Reference.Random(_filters, 6), Activations.Rounded(Reference.Random(problem.Y.Count, 7), problem.Type));
            Scales = new GuardedTensor(problem.Device, new Shape(_filters), _scale);
            _shifts = new GuardedTensor(problem.Device, new Shape(_filters), _shift);
            _residuals = new GuardedTensor(problem.Device, problem.Y, _residual, problem.Type);
        }

        public GuardedTensor Scales { get; }

        public ConvolutionEpilogue Of(int parts) => new(
            (parts & 1) != 0 ? Scales.Tensor : default, (parts & 2) != 0 ? _shifts.Tensor : default, (parts & 4) != 0 ? _residuals.Tensor : default, (parts & 8) != 0);

        public double[] Expected(double[] product, int parts) => [.. product.Select((value, i) =>
        {
            value = ((parts & 1) != 0 ? value * _scale[i % _filters] : value)
                + ((parts & 2) != 0 ? _shift[i % _filters] : 0) + ((parts & 4) != 0 ? _residual[i] : 0);
            return (parts & 8) != 0 ? Math.Max(value, 0) : value;
        })];

        public void Dispose()
        {
            Scales.Dispose();
            _shifts.Dispose();
            _residuals.Dispose();
        }
    }
}
