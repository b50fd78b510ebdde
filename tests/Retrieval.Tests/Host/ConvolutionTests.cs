using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Convolution and both its gradients against plain loops in double precision.</summary>
public sealed class ConvolutionTests
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

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward(int[] sizes)
    {
        using var problem = new Problem(sizes);
        var expected = problem.Forward();
        using var y = new GuardedTensor(problem.Device, problem.Y);
        problem.Device.Operators.Convolution(problem.X.Tensor, problem.W.Tensor, problem.Geometry, y.Tensor);
        Reference.Close(expected, y.Values());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_with_prepared_weights_and_epilogue(int[] sizes)
    {
        using var problem = new Problem(sizes);
        int filters = problem.Y[3];
        float[] scale = Reference.Random(filters, 5), shift = Reference.Random(filters, 6), residual = Reference.Random(problem.Y.Count, 7);
        var product = problem.Forward();
        using var scales = new GuardedTensor(problem.Device, new Shape(filters), scale);
        using var shifts = new GuardedTensor(problem.Device, new Shape(filters), shift);
        using var residuals = new GuardedTensor(problem.Device, problem.Y, residual);
        using var plain = problem.Device.Operators.PrepareConvolution(problem.W.Tensor, problem.Geometry);
        using var scaled = problem.Device.Operators.PrepareConvolution(problem.W.Tensor, problem.Geometry, scales.Tensor);

        for (var parts = 0; parts < 16; parts++)
        {
            var mask = parts;
            var expected = product.Select((value, i) =>
            {
                value = ((mask & 1) != 0 ? value * scale[i % filters] : value)
                    + ((mask & 2) != 0 ? shift[i % filters] : 0) + ((mask & 4) != 0 ? residual[i] : 0);
                return (mask & 8) != 0 ? Math.Max(value, 0) : value;
            }).ToArray();
            using var y = new GuardedTensor(problem.Device, problem.Y);
            problem.Device.Operators.Convolution(problem.X.Tensor, (parts & 1) != 0 ? scaled : plain, y.Tensor, new ConvolutionEpilogue(
                default,
                (parts & 2) != 0 ? shifts.Tensor : default,
                (parts & 4) != 0 ? residuals.Tensor : default,
                (parts & 8) != 0));
            Reference.Close(expected, y.Values());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Input_gradient(int[] sizes)
    {
        using var problem = new Problem(sizes);
        var scale = Reference.Random(problem.Y[3], 8);
        var before = Reference.Random(problem.X.Tensor.Count, 9);
        using var scales = new GuardedTensor(problem.Device, new Shape(problem.Y[3]), scale);
        foreach (var (scaled, accumulate) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var expected = accumulate ? before.Select(value => (double)value).ToArray() : new double[before.Length];
            Reference.EachProduct(problem.X.Tensor.Shape, problem.Y[3], problem.Geometry, (x, w, y) =>
                expected[x] += (double)problem.DyValues[y] * (scaled ? scale[y % problem.Y[3]] : 1) * problem.WValues[w]);
            using var dx = new GuardedTensor(problem.Device, problem.X.Tensor.Shape, before);
            problem.Device.Operators.ConvolutionInputGradient(problem.Dy.Tensor, problem.W.Tensor, scaled ? scales.Tensor : default, problem.Geometry, dx.Tensor, accumulate);
            Reference.Close(expected, dx.Values());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weight_gradient(int[] sizes)
    {
        using var problem = new Problem(sizes);
        var before = Reference.Random(problem.W.Tensor.Count, 9);
        foreach (var accumulate in new[] { false, true })
        {
            var expected = accumulate ? before.Select(value => (double)value).ToArray() : new double[before.Length];
            Reference.EachProduct(problem.X.Tensor.Shape, problem.Y[3], problem.Geometry, (x, w, y) => expected[w] += (double)problem.DyValues[y] * problem.XValues[x]);
            using var dw = new GuardedTensor(problem.Device, problem.W.Tensor.Shape, before);
            problem.Device.Operators.ConvolutionWeightGradient(problem.X.Tensor, problem.Dy.Tensor, problem.Geometry, dw.Tensor, accumulate);
            Reference.Close(expected, dw.Values());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Number_of_threads_changes_nothing(int[] sizes)
    {
        var results = new List<float[]>();
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var problem = new Problem(sizes, threads);
            using var y = new GuardedTensor(problem.Device, problem.Y);
            using var dx = new GuardedTensor(problem.Device, problem.X.Tensor.Shape);
            using var dw = new GuardedTensor(problem.Device, problem.W.Tensor.Shape);
            problem.Device.Operators.Convolution(problem.X.Tensor, problem.W.Tensor, problem.Geometry, y.Tensor);
            problem.Device.Operators.ConvolutionInputGradient(problem.Dy.Tensor, problem.W.Tensor, default, problem.Geometry, dx.Tensor);
            problem.Device.Operators.ConvolutionWeightGradient(problem.X.Tensor, problem.Dy.Tensor, problem.Geometry, dw.Tensor);
            results.Add([.. y.Values(), .. dx.Values(), .. dw.Values()]);
        }
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    /// <summary>A case's tensors on a device of its own.</summary>
    private sealed class Problem : IDisposable
    {
        public Problem(int[] s, int threads = 2)
        {
            Device = Device.OpenCpu(threads);
            Geometry = new ConvolutionGeometry(s[5], s[6], s[7], s[8], s[9]);
            Shape x = new(s[0], s[1], s[2], s[3]), w = new(s[4], s[5], s[6], s[3]);
            Y = Geometry.OutputShape(x, s[4]);
            (XValues, WValues, DyValues) = (Reference.Random(x.Count, 1), Reference.Random(w.Count, 2), Reference.Random(Y.Count, 3));
            (X, W, Dy) = (new GuardedTensor(Device, x, XValues), new GuardedTensor(Device, w, WValues), new GuardedTensor(Device, Y, DyValues));
        }

        public Device Device { get; }

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
            Device.Dispose();
        }
    }
}
