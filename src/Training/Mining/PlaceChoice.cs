namespace Retrieval.Training.Mining;

/// <summary>What a query of known place is trained with.</summary>
/// <param name="Positive">The best potential positive.</param>
/// <param name="PositiveDistance">Its distance.</param>
/// <param name="Negatives">The hardest negatives, nearest first.</param>
/// <param name="Violating">How many of them, from the first on, violate the margin; of none the query learns nothing.</param>
internal sealed record PlaceChoice(int Positive, double PositiveDistance, IReadOnlyList<(int Image, double Distance)> Negatives, int Violating);
