namespace Retrieval.Host.Backends.Cpu;

/// <summary>max( d(q,p) - d(q,n) + margin, 0 ) with d(a,b) = |a - b + epsilon|.</summary>
internal readonly struct RootedTriplet(float margin, float epsilon) : ITriplet
{
    private readonly float _margin = margin;
    private readonly float _epsilon = epsilon;

    public double Add(TupleGradients tuples, int query, int positive, int negative)
    {
        double near = Math.Sqrt(tuples.SquaredDistance(query, positive, _epsilon)), far = Math.Sqrt(tuples.SquaredDistance(query, negative, _epsilon)), excess = near - far + _margin;
        if (excess <= 0)
            return 0;
        double toPositive = near > 0 ? 1 / near : 0, toNegative = far > 0 ? 1 / far : 0;
        tuples.Add(query, toPositive, query, positive, _epsilon);
        tuples.Add(positive, -toPositive, query, positive, _epsilon);
        tuples.Add(query, -toNegative, query, negative, _epsilon);
        tuples.Add(negative, toNegative, query, negative, _epsilon);
        return excess;
    }
}
