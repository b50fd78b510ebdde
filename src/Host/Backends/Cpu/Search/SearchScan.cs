using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>
/// Scores some passes of the database against a block of queries and keeps each query's candidates. The scores of a pass stay in the cache;
/// a vector of them that reaches no threshold costs one comparison.
/// </summary>
/// <param name="queries">[Queries, dimension].</param>
/// <param name="database">[rows, dimension].</param>
/// <param name="rows">Rows of the database.</param>
/// <param name="dimension">Length of a descriptor.</param>
/// <param name="squaredNorms">|x|^2 of the rows for the Euclidean metric, else null.</param>
/// <param name="memory">Memory of all threads.</param>
/// <param name="parts">Number of pieces.</param>
internal readonly unsafe struct SearchScan(float* queries, float* database, int rows, int dimension, float* squaredNorms, SearchMemory memory, int parts) : IParallelBody
{
    public void Run(int index, int worker)
    {
        var passes = Blocking.CeilingDivide(rows, SearchMemory.RowsPerPass);
        for (var pass = Blocking.Split(passes, parts, index); pass < Blocking.Split(passes, parts, index + 1); pass++)
            Scan(pass * SearchMemory.RowsPerPass, worker);
    }

    private void Scan(int row, int worker)
    {
        int count = Math.Min(SearchMemory.RowsPerPass, rows - row), panel = row / Blocking.TileColumns;
        var scores = memory.Scores(worker);
        var output = new ProductOutput(scores - row, RowMap.Dense(SearchMemory.RowsPerPass));
        new BlockProduct<Windows, FilterColumns, RowLayout>(
            Windows.Matrix(queries, memory.Queries, dimension), new FilterColumns(database, rows, dimension), output,
            rows, memory.Workspace(worker)).Run(new Piece(0, memory.Queries, panel, Blocking.CeilingDivide(count, Blocking.TileColumns), 0, dimension));
        for (var query = 0; query < memory.Queries; query++, scores += SearchMemory.RowsPerPass)
            ScanQuery(query, row, count, scores, worker);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ScanQuery(int query, int row, int count, float* scores, int worker)
    {
        if (squaredNorms != null)
            Distances(scores, squaredNorms + row, memory.Norms[query], count);
        var list = memory.List(worker, query);
        var threshold = Vector256.Create(*list.Threshold);
        for (var i = 0; i < count; i += Vector256<float>.Count)
        {
            // Written as "not below", so that scores that are no number are candidates too: they rank last, but they rank.
            var found = ~Vector256.LessThan(Vector256.Load(scores + i), threshold).ExtractMostSignificantBits() & 0xFF;
            if (found == 0)
                continue;
            for (; found != 0; found &= found - 1)
            {
                var at = i + BitOperations.TrailingZeroCount(found);
                if (at < count)
                    list.Add(RankKey.Of(scores[at], row + at));
            }
            threshold = Vector256.Create(*list.Threshold);
        }
    }

    /// <summary>Turns products into -|q - x|^2 = 2 q.x - |x|^2 - |q|^2.</summary>
    private static void Distances(float* scores, float* squaredNorms, float norm, int count)
    {
        var i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
            ((Vector256.Load(scores + i) * 2) - Vector256.Load(squaredNorms + i) - Vector256.Create(norm)).Store(scores + i);
        for (; i < count; i++)
            scores[i] = (scores[i] * 2) - squaredNorms[i] - norm;
    }
}
