namespace Retrieval.Host.Backends.Cpu;

/// <summary>max( |q - p|^2 - |q - n|^2 + margin, 0 ).</summary>
internal readonly struct SquaredTriplet(float margin) : ITriplet
{
    private readonly float _margin = margin;

    public double Add(TupleGradients tuples, int query, int positive, int negative)
    {
        var excess = tuples.SquaredDistance(query, positive) - tuples.SquaredDistance(query, negative) + _margin;
        if (excess <= 0)
            return 0;
        tuples.Add(query, 2, negative, positive);
        tuples.Add(positive, 2, positive, query);
        tuples.Add(negative, 2, query, negative);
        return excess;
    }
}
