using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Plain loops in double precision that the fast operators are held against.</summary>
internal static class Reference
{
    public static float[] Random(long count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((random.NextDouble() * 2) - 1);
        return values;
    }

    /// <summary>Calls back for each product of a convolution: indices into x [N,H,W,C], w [K,R,S,C], y [N,OH,OW,K].</summary>
    public static void EachProduct(Shape x, int filters, ConvolutionGeometry g, Action<int, int, int> product)
    {
        int height = x[1], width = x[2], channels = x[3], outHeight = g.OutputHeight(height), outWidth = g.OutputWidth(width);
        for (var n = 0; n < x[0]; n++)
            for (var i = 0; i < outHeight; i++)
                for (var j = 0; j < outWidth; j++)
                    for (var r = 0; r < g.KernelHeight; r++)
                        for (var s = 0; s < g.KernelWidth; s++)
                        {
                            int row = (i * g.Stride) - g.Padding + (r * g.Dilation), column = (j * g.Stride) - g.Padding + (s * g.Dilation);
                            if (row < 0 || row >= height || column < 0 || column >= width)
                                continue;
                            for (var k = 0; k < filters; k++)
                                for (var c = 0; c < channels; c++)
                                    product(
                                        (((((n * height) + row) * width) + column) * channels) + c,
                                        (((((k * g.KernelHeight) + r) * g.KernelWidth) + s) * channels) + c,
                                        (((((n * outHeight) + i) * outWidth) + j) * filters) + k);
                        }
    }

    public static double[] Product(float[] a, float[] b, int rows, int columns, int inner, bool transposeA, bool transposeB)
    {
        var result = new double[rows * columns];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                for (var k = 0; k < inner; k++)
                    result[(i * columns) + j] += (double)a[transposeA ? (k * rows) + i : (i * inner) + k] * b[transposeB ? (j * inner) + k : (k * columns) + j];
        return result;
    }

    /// <summary>Largest error against the largest expected magnitude, or the floor where that is smaller (for what nearly cancels).</summary>
    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double tolerance = 1e-5, double floor = 1e-4)
    {
        Assert.Equal(expected.Count, actual.Count);
        double scale = floor, worst = 0;
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.False(float.IsNaN(actual[i]), $"value {i} is not a number");
            scale = Math.Max(scale, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
        }
        Assert.True(worst / scale <= tolerance, $"error {worst / scale:g3} exceeds {tolerance:g3}");
    }
}
