using Retrieval.Host.Backends.Cpu.Gemm;
using Retrieval.Host.Backends.Cpu.Search;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    private const int SearchPartsPerThread = 32;

    public void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge)
    {
        int count = queries.Shape[0], dimension = queries.Shape[1], wanted = scores.Shape[1], rowCount = database.Shape[0];
        if (count == 0)
            return;
        var plan = SearchMemory.Plan(count, rowCount, wanted, _team.Size);
        using var scratch = new Scratch(queries.Device, plan.ByteCount / sizeof(float));
        var norms = metric == SearchMetric.SquaredEuclidean ? squaredNorms.Pointer<float>() : null;
        for (var first = 0; first < count; first += plan.Queries)
        {
            var memory = plan.At(scratch.Address, Math.Min(plan.Queries, count - first));
            var bestScores = scores.Pointer<float>() + ((long)first * wanted);
            var bestRows = rows.Pointer<long>() + ((long)first * wanted);
            var block = queries.Pointer<float>() + ((long)first * dimension);
            BeginSearch(memory, block, dimension, wanted, merge ? bestScores : null, bestRows);
            var parts = Math.Min(Blocking.CeilingDivide(rowCount, SearchMemory.RowsPerPass), SearchPartsPerThread * _team.Size);
            _team.For(parts, new SearchScan(block, database.Pointer<float>(), rowCount, dimension, norms, memory, parts));
            _team.For(memory.Queries, new SearchMerge(memory, bestScores, bestRows, wanted, firstRow, merge));
        }
    }

    /// <summary>Sets each thread's lists to empty, with thresholds from earlier results if there are any.</summary>
    private static void BeginSearch(SearchMemory memory, float* queries, int dimension, int wanted, float* earlierScores, long* earlierRows)
    {
        for (var query = 0; query < memory.Queries; query++)
        {
            var norm = 0.0;
            foreach (var value in new ReadOnlySpan<float>(queries + ((long)query * dimension), dimension))
                norm += (double)value * value;
            memory.Norms[query] = (float)norm;
            var last = ((long)query * wanted) + wanted - 1;
            var threshold = earlierScores != null && earlierRows[last] >= 0 ? earlierScores[last] : float.NegativeInfinity;
            for (var thread = 0; thread < memory.Threads; thread++)
                memory.List(thread, query).Clear(threshold);
        }
    }
}
