using System.Buffers;
using Retrieval.Host;
using Retrieval.Index.Storage;

namespace Retrieval.Index.Exact;

/// <summary>Answers one query by scoring every allowed row in float64.</summary>
internal readonly unsafe struct ScanQuery(FlatStore store, SearchRequest request, int* pending) : IParallelBody
{
    private const int SmallestBuffer = 1024;

    public void Run(int index, int worker)
    {
        var allowed = request.Filter?.AllowedCount ?? store.Count;
        var capacity = (int)Math.Min(allowed, Math.Max(2L * request.Wanted, SmallestBuffer));
        var buffer = ArrayPool<Candidate>.Shared.Rent(capacity);
        var selection = new TopSelection(buffer.AsSpan(0, capacity), request.Wanted);
        var query = request.Query(pending[index], store.Dimension);
        for (var row = Next(0); row < store.Count; row = Next(row + 1))
            selection.Offer(store.Score(query, row));
        request.Answer(pending[index], selection.Finish());
        ArrayPool<Candidate>.Shared.Return(buffer);
    }

    private long Next(long row) => request.Filter?.NextAllowed(row) ?? row;
}
