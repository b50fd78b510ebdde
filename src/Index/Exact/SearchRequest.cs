namespace Retrieval.Index.Exact;

/// <summary>A search as the bodies of its loops see it: queries [Q, D] in, rows and scores [Q, stride] out.</summary>
/// <param name="Queries">[Q, D].</param>
/// <param name="Wanted">Results of each query, at most as many as rows are allowed.</param>
/// <param name="Filter">Allowed rows, or null for all.</param>
/// <param name="Rows">Receives the rows found, [Q, <paramref name="Stride"/>].</param>
/// <param name="Scores">Receives their scores, [Q, <paramref name="Stride"/>].</param>
/// <param name="Stride">Entries of a query in the outputs.</param>
internal readonly unsafe record struct SearchRequest(nint Queries, int Wanted, RowFilter? Filter, nint Rows, nint Scores, int Stride)
{
    public float* Query(int query, int dimension) => (float*)Queries + ((long)query * dimension);

    /// <summary>Writes the answer to one query.</summary>
    public void Answer(int query, ReadOnlySpan<Candidate> best)
    {
        var rows = (long*)Rows + ((long)query * Stride);
        var scores = (float*)Scores + ((long)query * Stride);
        for (var i = 0; i < Wanted; i++)
            (rows[i], scores[i]) = (best[i].Row, (float)best[i].Score);
    }
}
