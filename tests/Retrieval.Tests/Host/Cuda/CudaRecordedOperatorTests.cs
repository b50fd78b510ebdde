using Retrieval.Host;
using Retrieval.Host.Backends.Cuda;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Operators of several kernels, with scratch memory of their own, can be recorded: none of them waits or looks at data.</summary>
[Trait("device", "cuda")]
public sealed class CudaRecordedOperatorTests : OperatorTests
{
    public CudaRecordedOperatorTests() => Open(TestDevices.Cuda);

    private CudaBackend Backend => (CudaBackend)Device.Backend;

    [Fact]
    public void ASearch()
    {
        const int queryCount = 3, rowCount = 5000, dimension = 4, k = 9;
        Tensor queries = Zeros(new Shape(queryCount, dimension)), database = Zeros(new Shape(rowCount, dimension)), scores = Zeros(new Shape(queryCount, k));
        Tensor rows = Device.Rent(scores.Shape, ElementType.Int64), expectedScores = Zeros(scores.Shape), expectedRows = Device.Rent(scores.Shape, ElementType.Int64);
        Search(scores, rows);
        using var graph = Backend.Record("search", () => Search(scores, rows))!;
        foreach (var seed in new[] { 1, 2 })
        {
            queries.Upload<float>(Reference.Random(queries.Count, seed));
            database.Upload<float>(Reference.Random(database.Count, seed + 10));
            graph.Replay();
            Search(expectedScores, expectedRows);
            Assert.Equal(expectedScores.ToArray<float>(), scores.ToArray<float>());
            Assert.Equal(expectedRows.ToArray<long>(), rows.ToArray<long>());
        }

        void Search(Tensor found, Tensor numbers)
        {
            Operators.TopK(queries, database.Slice(0, 2000), Tensor.None, SearchMetric.InnerProduct, found, numbers);
            Operators.TopK(queries, database.Slice(2000, 3000), Tensor.None, SearchMetric.InnerProduct, found, numbers, 2000, merge: true);
        }
    }

    [Fact]
    public void AProductOfACutDepth()
    {
        Tensor a = Zeros(new Shape(5, 1500)), b = Zeros(new Shape(1500, 7)), c = Zeros(new Shape(5, 7));
        Operators.MatrixProduct(a, b, c);
        using var graph = Backend.Record("product", () => Operators.MatrixProduct(a, b, c))!;
        float[] left = Reference.Random(a.Count, 1), right = Reference.Random(b.Count, 2);
        a.Upload<float>(left);
        b.Upload<float>(right);
        graph.Replay();
        Reference.Close(Reference.Product(left, right, 5, 7, 1500, false, false), c.ToArray<float>());
    }
}
