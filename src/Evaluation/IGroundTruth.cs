namespace Retrieval.Evaluation;

/// <summary>
/// The right answers of a benchmark, asked one (query, database image) pair at a time, so that no
/// queries x database table ever exists. Queries are 0..QueryCount-1, database images 0..DatabaseCount-1.
/// Implementations are immutable: threads may share one.
/// </summary>
public interface IGroundTruth
{
    int QueryCount { get; }

    int DatabaseCount { get; }

    /// <summary>How many database images <see cref="Judge"/> calls positive for the query.</summary>
    int PositiveCount(int query);

    Relevance Judge(int query, int databaseIndex);
}
