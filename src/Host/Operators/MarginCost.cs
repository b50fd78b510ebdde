namespace Retrieval.Host;

/// <summary>How pairs cost in a margin loss.</summary>
/// <param name="Margin">Alpha: half the width of the band around the boundary within which a pair still costs.</param>
/// <param name="CountParts">
/// What the sum is divided by: the positive and negative parts above 0, each counted (the original formulation), or, where false, the
/// rows of which either part is above 0 (MultiGrain's code on current PyTorch). At least 1.
/// </param>
/// <param name="Epsilon">Added under the root of a distance: keeps its gradient finite for identical rows.</param>
public readonly record struct MarginCost(float Margin, bool CountParts = false, float Epsilon = 1e-8f);
