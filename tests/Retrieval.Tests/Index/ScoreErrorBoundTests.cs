using Retrieval.Host;
using Retrieval.Index.Exact;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>No float32 score strays from its float64 score by more than the bound, and the bound is not idle.</summary>
public sealed unsafe class ScoreErrorBoundTests
{
    [Theory]
    [InlineData(1, 1f)]
    [InlineData(17, 1f)]
    [InlineData(512, 1f)]
    [InlineData(4096, 1f)]
    [InlineData(512, 1e-21f)]
    [InlineData(512, 1e17f)]
    public void Holds_for_sums_in_order(int dimension, float scale)
    {
        var bounded = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            // Positive values: the partial sums grow, and the roundings with them.
            var a = Fixture.Normals(seed, 1, dimension).Select(value => Math.Abs(value) * scale).ToArray();
            var b = Fixture.Normals(seed + 1000, 1, dimension).Select(value => Math.Abs(value) * scale).ToArray();
            float dot = 0, squaredA = 0, squaredB = 0;
            for (var i = 0; i < dimension; i++)
                (dot, squaredA, squaredB) = (dot + (a[i] * b[i]), squaredA + (a[i] * a[i]), squaredB + (b[i] * b[i]));
            fixed (float* x = a, y = b)
            {
                double normA = Math.Sqrt(ExactScore.Dot(x, x, dimension)), normB = Math.Sqrt(ExactScore.Dot(y, y, dimension));
                var product = ScoreErrorBound.Of(SearchMetric.InnerProduct, dimension, normA, normB);
                var distance = ScoreErrorBound.Of(SearchMetric.SquaredEuclidean, dimension, normA, normB);
                Assert.True(Math.Abs(dot - ExactScore.Dot(x, y, dimension)) <= product);
                Assert.True(Math.Abs((2 * dot) - squaredB - squaredA + ExactScore.SquaredDistance(x, y, dimension)) <= distance);
                bounded += product < Math.Max(0.001 * normA * normB, 1e-33) ? 1 : 0;
            }
        }
        Assert.Equal(50, bounded);
    }

    [Fact]
    public void Is_infinite_where_float32_may_overflow()
    {
        Assert.True(double.IsInfinity(ScoreErrorBound.Of(SearchMetric.InnerProduct, 8, 1e20, 1e20)));
        Assert.True(double.IsInfinity(ScoreErrorBound.Of(SearchMetric.SquaredEuclidean, 8, 1, 1e19 * 2)));
        Assert.True(double.IsInfinity(ScoreErrorBound.Of(SearchMetric.InnerProduct, int.MaxValue, 1, 1)));
        Assert.True(double.IsFinite(ScoreErrorBound.Of(SearchMetric.InnerProduct, 8, 1e19, 1e18)));
    }
}
