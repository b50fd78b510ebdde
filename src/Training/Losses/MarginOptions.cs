using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>Settings of a margin loss with negatives drawn by their distance.</summary>
/// <param name="Margin">Alpha, half the width of the band in which a pair costs.</param>
/// <param name="Boundary">Where beta starts.</param>
/// <param name="SameClass">Whether rows of one class are positives; else only rows made from one image are.</param>
/// <param name="MaxPositives">Positives of a row that take part, the first ones; 0 for all.</param>
/// <param name="Cutoff">Distances are taken as at least this when negatives are drawn.</param>
/// <param name="Limit">Rows at this distance or beyond are not drawn.</param>
/// <param name="CountParts">Whether positive and negative parts above 0 are counted each (the original formulation), rather than pairs with either.</param>
public sealed record MarginOptions(double Margin = 0.2, double Boundary = 1.2, bool SameClass = false, int MaxPositives = 0, double Cutoff = 0.5, double Limit = 1.4,
    bool CountParts = false)
{
    internal MarginCost Cost => new((float)Margin, CountParts);

    internal NegativeDraw Draw => new((float)Cutoff, (float)Limit);

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        TermChecks.Demand(Margin is >= 0 and <= 2, "margin", "0 to 2", Margin);
        TermChecks.Demand(Boundary is > 0 and < 2, "boundary", "above 0 and below 2", Boundary);
        TermChecks.Demand(MaxPositives >= 0, "positives of a row", "0 or more", MaxPositives);
        TermChecks.Demand(Cutoff > 0 && Cutoff < Limit, "cutoff", $"above 0 and below the limit of {Limit}", Cutoff);
        TermChecks.Demand(Limit is > 0 and <= 2, "limit", "above 0 and at most 2", Limit);
    }
}
