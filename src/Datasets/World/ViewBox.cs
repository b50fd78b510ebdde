namespace Retrieval.Datasets.World;

/// <summary>A rectangle in pixels, from the upper left corner.</summary>
public readonly record struct ViewBox(float Left, float Top, float Right, float Bottom);
