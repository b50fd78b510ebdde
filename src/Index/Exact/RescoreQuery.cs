using System.Buffers;
using Retrieval.Host;
using Retrieval.Index.Storage;

namespace Retrieval.Index.Exact;

/// <summary>
/// Scores the proposals of one query in float64 and answers it where no row that was not proposed can belong to the
/// answer: such a row's float32 score is at most the last proposal's, so its true score is at most that plus the error
/// bound, and the last of the answer must lie above it.
/// </summary>
/// <param name="store">The index.</param>
/// <param name="request">The search.</param>
/// <param name="pending">Numbers of the proposals' queries; an answered one becomes its complement.</param>
/// <param name="proposals">Proposals of each query.</param>
/// <param name="proposedRows">[pending, proposals].</param>
/// <param name="proposedScores">[pending, proposals], falling.</param>
internal readonly unsafe struct RescoreQuery(FlatStore store, SearchRequest request, int* pending, int proposals, long* proposedRows, float* proposedScores) : IParallelBody
{
    public void Run(int index, int worker)
    {
        var number = pending[index];
        var query = request.Query(number, store.Dimension);
        var rows = proposedRows + ((long)index * proposals);
        var buffer = ArrayPool<Candidate>.Shared.Rent(proposals);
        var candidates = new TopSelection(buffer.AsSpan(0, proposals), request.Wanted);
        for (var i = 0; i < proposals; i++)
            if (request.Filter is null || request.Filter[rows[i]])
                candidates.Offer(store.Score(query, rows[i]));
        var best = candidates.Finish();
        var outside = proposedScores[((long)(index + 1) * proposals) - 1] + store.ErrorBound(query);
        if (best.Length == request.Wanted && best[^1].Score > outside)
        {
            request.Answer(number, best);
            pending[index] = ~number;
        }
        ArrayPool<Candidate>.Shared.Return(buffer);
    }
}
