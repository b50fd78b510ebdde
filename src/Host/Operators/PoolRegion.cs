namespace Retrieval.Host;

/// <summary>A rectangle of an activation map, in positions.</summary>
/// <param name="Row">First row.</param>
/// <param name="Column">First column.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct PoolRegion(int Row, int Column, int Height, int Width);
