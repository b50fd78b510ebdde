using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>Settings that several loss terms share, checked with words for whoever made them.</summary>
internal static class TermChecks
{
    public static void Demand(bool condition, string name, string expected, double got)
    {
        if (!condition)
            throw new ArgumentException($"{name}: expected {expected}, got {got}");
    }

    public static void Demand(TripletCost cost) => Demand(cost.Soft || cost.Margin is > -10 and < 1000, "triplet margin", "-10 to 1000", cost.Margin);

    public static void DemandClasses(int classes, int dimension)
    {
        Demand(classes is >= 1 and <= 10_000_000, "classes", "1 to 10,000,000", classes);
        Demand(dimension is >= 1 and <= 65536, "dimension", "1 to 65536", dimension);
    }
}
