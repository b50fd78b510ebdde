using Retrieval.Host.Backends.Cpu.Triplets;

namespace Retrieval.Host.Backends.Cpu.Margin;

/// <summary>Turns the distances of pairs into costs, and these into a loss and the factors of its gradients.</summary>
internal readonly unsafe struct MarginWeights(long pairs, float beta, MarginCost cost, TripletList list)
{
    /// <summary>Weight times the loss, and its derivative for beta.</summary>
    public (double Loss, double Slope) Weigh(float weight)
    {
        var (sum, active, count) = (0.0, 0L, 0L);
        for (var pair = 0L; pair < pairs; pair++)
        {
            double near = Near(pair), far = Far(pair);
            sum += near + far;
            int positive = near > 0 ? 1 : 0, negative = far > 0 ? 1 : 0;
            active += negative - positive;
            count += cost.CountParts ? positive + negative : positive | negative;
        }
        var share = weight / (double)Math.Max(1, count);
        for (var pair = 0L; pair < pairs; pair++)
        {
            list.Towards[pair] = Near(pair) > 0 ? (float)(share / list.PositiveDistances[pair]) : 0;
            list.Away[pair] = Far(pair) > 0 ? (float)(-share / list.NegativeDistances[pair]) : 0;
        }
        return (share * sum, share * active);
    }

    private double Near(long pair) => list.PositiveDistances[pair] == 0 ? 0 : Part(list.PositiveDistances[pair] - (double)beta + cost.Margin);

    private double Far(long pair) => list.NegativeDistances[pair] == 0 ? 0 : Part((double)beta - list.NegativeDistances[pair] + cost.Margin);

    // Not a number stays one.
    private static double Part(double excess) => excess <= 0 ? 0 : excess;
}
