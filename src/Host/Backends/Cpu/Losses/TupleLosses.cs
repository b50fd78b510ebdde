namespace Retrieval.Host.Backends.Cpu;

/// <summary>Losses over tuples: each returns the loss and adds its gradient.</summary>
internal static class TupleLosses
{
    public static double Contrastive(TupleGradients tuples, float margin, float epsilon)
    {
        var loss = 0.0;
        var query = -1;
        for (var row = 0; row < tuples.Rows; row++)
        {
            var role = tuples.Role(row);
            if (role == TupleRole.Query)
            {
                query = row;
                continue;
            }
            if (query < 0)
                throw tuples.Misplaced(row, "stands before the first query (label -1)");
            if (role == TupleRole.Ignored)
                continue;
            var distance = Math.Sqrt(tuples.SquaredDistance(query, row, epsilon));
            var shortfall = Math.Max(margin - distance, 0);
            loss += 0.5 * (role == TupleRole.Positive ? distance * distance : shortfall * shortfall);
            var factor = role == TupleRole.Positive ? 1 : distance > 0 ? -shortfall / distance : 0;
            if (factor == 0)
                continue;
            tuples.Add(query, factor, query, row, epsilon);
            tuples.Add(row, -factor, query, row, epsilon);
        }
        return loss;
    }

    public static double Triplet<TTriplet>(TupleGradients tuples, TTriplet triplet) where TTriplet : struct, ITriplet
    {
        var loss = 0.0;
        var (query, positive) = (-1, -1);
        for (var row = 0; row < tuples.Rows; row++)
        {
            var role = tuples.Role(row);
            if (role == TupleRole.Query)
            {
                (query, positive) = (row, -1);
                continue;
            }
            if (role == TupleRole.Positive)
            {
                if (query != row - 1 || query < 0)
                    throw tuples.Misplaced(row, "is a positive (label 1) that does not follow its query (label -1)");
                positive = row;
                continue;
            }
            if (positive < 0)
                throw tuples.Misplaced(row, "is a negative (label 0) or ignored (label 2) without a query (label -1) and its positive (label 1) before it");
            if (role == TupleRole.Negative)
                loss += triplet.Add(tuples, query, positive, row);
        }
        return loss;
    }
}
