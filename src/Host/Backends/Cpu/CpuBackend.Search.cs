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
        var plan = SearchMemory.Plan(count, rowCount, dimension, wanted, _team.Size);
        using var scratch = new Scratch(queries.Device, plan.ByteCount / sizeof(float));
        var norms = metric == SearchMetric.SquaredEuclidean ? squaredNorms.Pointer<float>() : null;
        for (var first = 0; first < count; first += plan.Queries)
        {
            var memory = plan.At(scratch.Address, Math.Min(plan.Queries, count - first));
            var bestScores = scores.Pointer<float>() + ((long)first * wanted);
            var bestRows = rows.Pointer<long>() + ((long)first * wanted);
            BeginSearch(memory, queries.Pointer<float>() + ((long)first * dimension), dimension, wanted, merge ? bestScores : null, bestRows);
            var parts = Math.Min(Blocking.CeilingDivide(rowCount, Blocking.BlockRows), SearchPartsPerThread * _team.Size);
            _team.For(parts, new SearchScan(database.Pointer<float>(), rowCount, dimension, norms, memory, parts));
            _team.For(memory.Queries, new SearchMerge(memory, bestScores, bestRows, wanted, firstRow, merge));
        }
    }

    /// <summary>Packs the queries and sets each thread's lists to empty, with thresholds from earlier results if there are any.</summary>
    private void BeginSearch(SearchMemory memory, float* queries, int dimension, int wanted, float* earlierScores, long* earlierRows)
    {
        Product.Pack(_team, new FilterColumns(queries, memory.Queries, dimension), new PackedPanels(memory.PackedQueries, memory.Queries), dimension, memory.Queries);
        for (var query = 0; query < memory.Columns; query++)
        {
            var last = ((long)query * wanted) + wanted - 1;
            var full = query < memory.Queries && earlierScores != null && earlierRows[last] >= 0;
            var norm = 0f;
            for (var d = 0; d < dimension && query < memory.Queries; d++)
                norm += queries[((long)query * dimension) + d] * queries[((long)query * dimension) + d];
            memory.Norms[query] = norm;
            for (var thread = 0; thread < memory.Threads; thread++)
            {
                memory.Counts(thread)[query] = 0;
                memory.Thresholds(thread)[query] = full ? earlierScores[last] : float.NegativeInfinity;
            }
        }
    }
}
