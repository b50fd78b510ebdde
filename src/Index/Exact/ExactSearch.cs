using System.Buffers;
using Retrieval.Host;
using Retrieval.Index.Storage;

namespace Retrieval.Index.Exact;

/// <summary>
/// Finds the same rows as a float64 scan, at the speed of the device's float32: the device proposes somewhat more rows
/// than are wanted, float64 scores decide among them, and a query for which the error bound leaves a doubt is asked again
/// with more proposals, in the end by a scan.
/// </summary>
internal readonly unsafe struct ExactSearch(FlatStore store, SearchRequest request, long workspaceByteCount)
{
    private const int LeastSlack = 32;
    private const int Growth = 4;

    /// <summary>Queries that one operator call takes at most.</summary>
    private const int QueryLimit = 4096;

    /// <summary>Elements that one array of the workspace holds at most.</summary>
    private const long ElementLimit = 1 << 29;

    /// <summary>A float64 score costs about as much as this many float32 scores inside a matrix product.</summary>
    private const int ScanCost = 32;

    /// <summary>Row, float32 score and the float64 candidate.</summary>
    private const int ByteCountPerProposal = sizeof(long) + sizeof(float) + 24;

    private readonly Device _device = store.Device;

    /// <summary>Answers the queries 0 to count - 1.</summary>
    public void Run(int queryCount)
    {
        var pending = ArrayPool<int>.Shared.Rent(queryCount);
        int bounded = 0, unbounded = 0;
        for (var i = 0; i < queryCount; i++)
            pending[IsBounded(i) ? bounded++ : queryCount - ++unbounded] = i;
        // Filtered rows take their share of the proposals.
        var proposals = request.Wanted + Math.Max(LeastSlack, request.Wanted / 4L);
        fixed (int* first = pending)
        {
            Resolve(first, bounded, (long)(proposals * ((double)store.Count / AllowedCount)));
            Scan(first + bounded, unbounded);
        }
        ArrayPool<int>.Shared.Return(pending);
    }

    private long AllowedCount => request.Filter?.AllowedCount ?? store.Count;

    private bool IsBounded(int query) =>
        double.IsFinite(store.ErrorBound(request.Query(query, store.Dimension)));

    private void Scan(int* pending, int count) => _device.ParallelFor(count, new ScanQuery(store, request, pending));

    private void Resolve(int* pending, int count, long proposals)
    {
        if (AllowedCount <= (2 * proposals) + (store.Count / ScanCost) || proposals > ElementLimit)
        {
            Scan(pending, count);
            return;
        }
        var byteCount = (proposals * ByteCountPerProposal) + ((long)store.Dimension * sizeof(float));
        var block = (int)Math.Clamp(workspaceByteCount / byteCount, 1, Math.Min(QueryLimit, ElementLimit / Math.Max(proposals, store.Dimension)));
        var uncertain = 0;
        for (var begin = 0; begin < count; begin += block)
        {
            var blockCount = Math.Min(block, count - begin);
            Propose(pending + begin, blockCount, (int)proposals);
            for (var i = begin; i < begin + blockCount; i++)
                if (pending[i] >= 0)
                    pending[uncertain++] = pending[i];
        }
        if (uncertain > 0)
            Resolve(pending, uncertain, proposals * Growth);
    }

    private void Propose(int* pending, int count, int proposals)
    {
        var proposer = store.Proposers.Rent(count, proposals);
        try
        {
            for (var i = 0; i < count; i++)
                new ReadOnlySpan<float>(request.Query(pending[i], store.Dimension), store.Dimension).CopyTo(proposer.Queries.AsSpan(i * store.Dimension));
            proposer.Run();
            fixed (float* scores = proposer.Scores)
            fixed (long* rows = proposer.Rows)
                _device.ParallelFor(count, new RescoreQuery(store, request, pending, proposals, rows, scores));
        }
        catch
        {
            proposer.Dispose();
            throw;
        }
        store.Proposers.Return(proposer);
    }
}
