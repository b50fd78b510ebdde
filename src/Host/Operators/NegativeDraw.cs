namespace Retrieval.Host;

/// <summary>How negatives are drawn by their distance (Wu et al. 2017, as MultiGrain uses it).</summary>
/// <param name="Cutoff">Distances are taken as at least this, so that the very nearest are not drawn again and again; above 0 (0.5 in the papers).</param>
/// <param name="Limit">Rows at this distance or beyond are not drawn; above the cutoff, at most 2 (1.4 in the papers).</param>
public readonly record struct NegativeDraw(float Cutoff, float Limit);
