using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>
/// Scores a part of the database against a block of queries and keeps each query's candidates. A row block is multiplied into a
/// score block that stays in the cache; a vector of scores that reaches no threshold costs one comparison.
/// </summary>
internal readonly unsafe struct SearchScan(float* database, int rows, int dimension, float* squaredNorms, SearchMemory memory, int parts) : IParallelBody
{
    public void Run(int index, int worker)
    {
        var blocks = Blocking.CeilingDivide(rows, Blocking.BlockRows);
        for (var block = Blocking.Split(blocks, parts, index); block < Blocking.Split(blocks, parts, index + 1); block++)
            ScanBlock(Blocking.Split(rows, blocks, block), Blocking.Split(rows, blocks, block + 1), worker);
    }

    private void ScanBlock(int row, int rowEnd, int worker)
    {
        int columns = memory.Columns;
        var scores = memory.Scores(worker);
        var output = new ProductOutput(scores - ((long)row * columns), RowMap.Dense(columns));
        new BlockProduct<Windows, PackedPanels, RowLayout>(
            Windows.Matrix(database, rows, dimension), new PackedPanels(memory.PackedQueries, memory.Queries), output,
            columns, dimension, memory.Workspace(worker)).Run(row, rowEnd, 0, columns / Blocking.TileColumns);
        for (; row < rowEnd; row++, scores += columns)
            ScanRow(row, scores, worker);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanRow(int row, float* scores, int worker)
    {
        var thresholds = memory.Thresholds(worker);
        for (var query = 0; query < memory.Queries; query += Vector256<float>.Count)
        {
            var score = Vector256.Load(scores + query);
            if (squaredNorms != null)
            {
                score = (score * 2) - Vector256.Create(squaredNorms[row]) - Vector256.Load(memory.Norms + query);
                score.Store(scores + query);
            }
            // Written as "not below", so that scores that are no number are candidates too: they rank last, but they rank.
            var below = Vector256.LessThan(score, Vector256.Load(thresholds + query)).ExtractMostSignificantBits();
            for (var found = ~below & 0xFF; found != 0; found &= found - 1)
                Add(row, query + BitOperations.TrailingZeroCount(found), scores, worker);
        }
    }

    private void Add(int row, int query, float* scores, int worker)
    {
        if (query >= memory.Queries)
            return;
        var candidates = memory.Candidates(worker, query);
        ref var count = ref memory.Counts(worker)[query];
        candidates[count++] = RankKey.Of(scores[query], row);
        if (count < candidates.Length)
            return;
        TopSelection.Partition(candidates, memory.Wanted);
        count = memory.Wanted;
        // A thread's rows only rise: from now on an equal score loses to those that are kept.
        memory.Thresholds(worker)[query] = MathF.BitIncrement(RankKey.Score(candidates[count - 1]));
    }
}
