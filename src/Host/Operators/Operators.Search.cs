namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// The k best database rows of every query, in float32: scores fall, equal scores by rising row. No Q x N matrix is stored.
    /// </summary>
    /// <param name="queries">[Q, D].</param>
    /// <param name="database">[N, D].</param>
    /// <param name="squaredNorms">|x|^2 of the database rows [N] for the Euclidean metric, else none.</param>
    /// <param name="metric">How rows are compared.</param>
    /// <param name="scores">Receives [Q, k]; -infinity where k exceeds N.</param>
    /// <param name="rows">Receives Int64 [Q, k], row numbers plus <paramref name="firstRow"/>; -1 where k exceeds N.</param>
    /// <param name="firstRow">Number of the database's first row.</param>
    /// <param name="merge">Keep what <paramref name="scores"/> and <paramref name="rows"/> already hold in the running (for a database in pieces).</param>
    public void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow = 0, bool merge = false)
    {
        const string op = nameof(TopK);
        Require.Rank(op, "queries", queries, 2, _device);
        Require.Rank(op, "database", database, 2, _device);
        Require.That(queries.Shape[1] == database.Shape[1], op, $"queries {queries.Shape} and database {database.Shape} differ in dimension");
        if (metric == SearchMetric.SquaredEuclidean)
            Require.Shape(op, "squaredNorms", squaredNorms, new Shape(database.Shape[0]), _device);
        Require.Rank(op, "scores", scores, 2, _device);
        Require.That(scores.Shape[0] == queries.Shape[0] && scores.Shape[1] > 0, op, $"scores have shape {scores.Shape}, expected [{queries.Shape[0]}, k] with k above 0");
        Require.Shape(op, "rows", rows, scores.Shape, _device, ElementType.Int64);
        _backend.TopK(queries, database, squaredNorms, metric, scores, rows, firstRow, merge);
    }
}
