namespace Retrieval.Index;

/// <summary>Query expansion: a query takes up what its first results have in common and is asked again.</summary>
public static class QueryExpansion
{
    /// <summary>
    /// New queries q + sum_i max(q . d_i, 0)^alpha d_i, L2-normalised, over the n best rows d_i of each query. Descriptors
    /// are meant to be L2-normalised.
    /// </summary>
    /// <param name="index">Where the neighbours come from.</param>
    /// <param name="queries">[Q, D].</param>
    /// <param name="neighbours">How many results take part, n.</param>
    /// <param name="alpha">0 or above: 0 weighs every neighbour alike (average expansion), more trusts the nearer ones more.</param>
    /// <returns>[Q, D].</returns>
    /// <exception cref="ArgumentException">Something is out of its range; the message names it.</exception>
    public static float[] Expand(FlatIndex index, ReadOnlySpan<float> queries, int neighbours, double alpha)
    {
        NeighbourBlend.Validate(neighbours, alpha);
        var dimension = index.Dimension;
        var rows = new long[(long)(queries.Length / dimension) * neighbours];
        index.SearchRows(queries, neighbours, rows, new float[rows.Length]);
        var expanded = queries.ToArray();
        var blend = new NeighbourBlend(index, alpha);
        for (var query = 0; query < expanded.Length / dimension; query++)
            blend.Apply(expanded.AsSpan(query * dimension, dimension), rows.AsSpan(query * neighbours, neighbours));
        return expanded;
    }
}
