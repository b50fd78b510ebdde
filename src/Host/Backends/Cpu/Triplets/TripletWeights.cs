namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>Turns hardest pairs into costs, and these into a loss and the factors of its gradient. A few thousand rows: one thread.</summary>
internal readonly unsafe struct TripletWeights(PairRows rows, int* anchors, TripletCost cost, TripletList list)
{
    private const float SmallestDistance = 1e-12f;

    /// <summary>Weight times the loss: the mean over a group's anchors, then over the groups that have any.</summary>
    public double Weigh(HardKeys keys, int workers, float weight)
    {
        for (var row = 0; row < rows.Count; row++)
            Find(row, keys, workers);
        var groups = 0;
        for (var group = 0; group < rows.Groups; group++)
            groups += CountAnchors(group) > 0 ? 1 : 0;
        var loss = 0.0;
        for (var group = 0; group < rows.Groups; group++)
            loss += Group(group, weight / Math.Max(1, (double)groups * CountAnchors(group)));
        return loss;
    }

    private void Find(int row, HardKeys keys, int workers)
    {
        var (positive, far) = keys.Farthest(row, workers);
        var (negative, near) = keys.Nearest(row, workers);
        list.Positives[row] = positive;
        list.Negatives[row] = negative;
        list.PositiveDistances[row] = positive < 0 ? 0 : Distance(far);
        list.NegativeDistances[row] = negative < 0 ? 0 : Distance(near);
        list.Towards[row] = positive < 0 ? 0 : Slope(far);
        list.Away[row] = negative < 0 ? 0 : -Slope(near);
    }

    private double Group(int group, double share)
    {
        var loss = 0.0;
        for (var place = 0; place < rows.GroupCount; place++)
        {
            var row = rows.Row(group, place);
            var (value, slope) = IsAnchor(row) ? Cost((double)list.PositiveDistances[row] - list.NegativeDistances[row]) : default;
            loss += share * value;
            list.Towards[row] *= (float)(share * slope);
            list.Away[row] *= (float)(share * slope);
        }
        return loss;
    }

    private int CountAnchors(int group)
    {
        var count = 0;
        for (var place = 0; place < rows.GroupCount; place++)
            count += IsAnchor(rows.Row(group, place)) ? 1 : 0;
        return count;
    }

    private bool IsAnchor(int row) => list.Positives[row] >= 0 && list.Negatives[row] >= 0 && (anchors == null || anchors[row] != 0);

    /// <summary>Cost of an excess, and its derivative.</summary>
    private (double Value, double Slope) Cost(double excess)
    {
        if (cost.Soft)
            return (Math.Max(excess, 0) + Math.Log(1 + Math.Exp(-Math.Abs(excess))), 1 / (1 + Math.Exp(-excess)));
        // What is not a number stays one.
        return excess + cost.Margin <= 0 ? (0, 0) : (excess + cost.Margin, 1);
    }

    private float Distance(float value) => cost.Distance switch
    {
        PairDistance.Euclidean => MathF.Sqrt(Clamped(value)),
        PairDistance.SquaredEuclidean => value,
        _ => Clamped(value),
    };

    /// <summary>Derivative of the distance over the difference of the rows, or, for the cosine, over the other row with its sign turned.</summary>
    private float Slope(float value) => cost.Distance switch
    {
        PairDistance.SquaredEuclidean => 2,
        _ when value < SmallestDistance => 0,
        PairDistance.Euclidean => 1 / MathF.Sqrt(value),
        _ => 1,
    };

    private static float Clamped(float value) => value < SmallestDistance ? SmallestDistance : value;
}
