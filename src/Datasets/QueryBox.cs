namespace Retrieval.Datasets;

/// <summary>The part of a photograph that a query asks about, in pixels from the upper left corner; Right and Bottom exclusive.</summary>
public readonly record struct QueryBox(float Left, float Top, float Right, float Bottom);
