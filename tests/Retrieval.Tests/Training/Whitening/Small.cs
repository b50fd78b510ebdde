using Retrieval.Training.Whitening;
using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Tests.Training.Whitening;

/// <summary>Plain small matrices, computed the simplest way.</summary>
internal static class Small
{
    public static T[] Transpose<T>(T[] values, int columns)
    {
        var rows = values.Length / columns;
        var result = new T[values.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                result[(j * rows) + i] = values[(i * columns) + j];
        return result;
    }

    /// <summary>The inner products of all rows.</summary>
    public static double[] Gram(double[] values, int columns) => Product(values, Transpose(values, columns), columns);

    /// <summary>A [m, k] times B [k, n], both row-major.</summary>
    public static double[] Product(double[] a, double[] b, int depth)
    {
        int rows = a.Length / depth, columns = b.Length / depth;
        var result = new double[rows * columns];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                for (var k = 0; k < depth; k++)
                    result[(i * columns) + j] += a[(i * depth) + k] * b[(k * columns) + j];
        return result;
    }

    /// <summary>Values drawn from the standard normal distribution.</summary>
    public static double[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return values;
    }

    /// <summary>Descriptors that vary more in some dimensions than in others and are correlated.</summary>
    public static float[] Descriptors(int count, int dimensions, int seed)
    {
        double[] noise = Normal(count * dimensions, seed), mix = Normal(dimensions * dimensions, seed + 1);
        for (var i = 0; i < mix.Length; i++)
            mix[i] /= 1 + (i / dimensions);
        return Array.ConvertAll(Product(noise, mix, dimensions), value => (float)(value + 0.5));
    }

    /// <summary>The largest difference between two matrices, or from the identity.</summary>
    public static double Distance(IReadOnlyList<double> left, Func<int, double> right) => left.Select((value, i) => Math.Abs(value - right(i))).Max();

    public static double DistanceFromIdentity(double[] values, int side) => Distance(values, i => i % (side + 1) == 0 ? 1 : 0);

    public static Matrix Square(double[] values, int side) => new((double[])values.Clone(), side, side);

    public static DescriptorMatrix Rows(float[] values, int dimensions) => new(values, dimensions);
}
