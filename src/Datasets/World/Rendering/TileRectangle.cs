namespace Retrieval.Datasets.World.Rendering;

/// <summary>Tiles from Left to Right and Top to Bottom, both included; none when Right &lt; Left.</summary>
internal readonly record struct TileRectangle(int Left, int Top, int Right, int Bottom)
{
    public static readonly TileRectangle None = new(0, 0, -1, -1);

    /// <summary>The tiles that a rectangle in tile units touches, cut to the grid.</summary>
    public static TileRectangle Around(float left, float top, float right, float bottom, int columns, int rows) =>
        right < 0 || bottom < 0 || left >= columns || top >= rows
            ? None
            : new((int)MathF.Max(left, 0), (int)MathF.Max(top, 0), (int)MathF.Min(right, columns - 1), (int)MathF.Min(bottom, rows - 1));
}
