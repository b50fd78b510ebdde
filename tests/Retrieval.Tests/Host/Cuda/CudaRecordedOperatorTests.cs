using Retrieval.Host;
using Retrieval.Host.Backends.Cuda;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Operators of several kernels, with tables and scratch memory of their own, can be recorded: none of them waits or looks at data.</summary>
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
        using var graph = Backend.Record(() => Search(scores, rows));
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
    public void AClippedStep()
    {
        var shape = new Shape(5003);
        OptimizerSlot[] slots = [Slot(1), Slot(2)], twins = [Slot(1), Slot(2)];
        var norm = Zeros(new Shape(1));
        Step(slots);
        using var graph = Backend.Record(() => Step(slots));
        graph.Replay();
        graph.Replay();
        for (var step = 0; step < 3; step++)
            Step(twins);
        for (var s = 0; s < slots.Length; s++)
        {
            Assert.Equal(twins[s].Weights.ToArray<float>(), slots[s].Weights.ToArray<float>());
            Assert.NotEqual(Reference.Random(shape.Count, s + 1), slots[s].Weights.ToArray<float>());
        }

        OptimizerSlot Slot(int seed) => new(Upload(shape, Reference.Random(shape.Count, seed)), Upload(shape, Reference.Random(shape.Count, seed + 2)), Zeros(shape), Tensor.None, 0.1f, 0.01f);

        void Step(OptimizerSlot[] parameters)
        {
            Tensor[] gradients = [parameters[0].Gradient, parameters[1].Gradient];
            Operators.GradientNorm(gradients, norm);
            Operators.ClipGradients(gradients, norm, 0.5f);
            Operators.Sgd(parameters, new SgdStep(false, 0.9f));
        }
    }

    [Fact]
    public void AProductOfACutDepth()
    {
        Tensor a = Zeros(new Shape(5, 1500)), b = Zeros(new Shape(1500, 7)), c = Zeros(new Shape(5, 7));
        Operators.MatrixProduct(a, b, c);
        using var graph = Backend.Record(() => Operators.MatrixProduct(a, b, c));
        float[] left = Reference.Random(a.Count, 1), right = Reference.Random(b.Count, 2);
        a.Upload<float>(left);
        b.Upload<float>(right);
        graph.Replay();
        Reference.Close(Reference.Product(left, right, 5, 7, 1500, false, false), c.ToArray<float>());
    }
}
