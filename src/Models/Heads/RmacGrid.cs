using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>The regions of R-MAC (ICLR 2016): the whole map, then squares of several sizes that overlap by about 40 %.</summary>
public static class RmacGrid
{
    private const float Overlap = 0.4f;
    private const int MostExtra = 6;

    /// <summary>The regions of a map, rows outer, small levels first; in single precision, as published.</summary>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="levels">Levels of squares, l = 1 to this; at level l their side is 2 / (l + 1) of the shorter side.</param>
    public static IEnumerable<PoolRegion> Regions(int height, int width, int levels)
    {
        yield return new PoolRegion(0, 0, height, width);
        var extra = Extra(height, width);
        for (var level = 1; level <= levels; level++)
        {
            var side = 2 * Math.Min(height, width) / (level + 1);
            if (side == 0)
                continue;
            int rows = level + (height > width ? extra : 0), columns = level + (width > height ? extra : 0);
            for (var row = 0; row < rows; row++)
                for (var column = 0; column < columns; column++)
                    yield return new PoolRegion(Start(height, side, rows, row), Start(width, side, columns, column), side, side);
        }
    }

    /// <summary>By how many regions a level has more along the longer side: as many as bring the overlap closest to 40 %.</summary>
    private static int Extra(int height, int width)
    {
        float shorter = Math.Min(height, width), longer = Math.Max(height, width), square = shorter * shorter, least = float.PositiveInfinity;
        var extra = 0;
        for (var n = 1; n <= MostExtra; n++)
        {
            var distance = MathF.Abs(((square - (shorter * ((longer - shorter) / n))) / square) - Overlap);
            if (distance < least)
                (least, extra) = (distance, n);
        }
        return height == width ? 0 : extra;
    }

    private static int Start(int length, int side, int count, int index)
    {
        var offset = MathF.Floor((side / 2f) - 1);
        var step = count > 1 ? (length - side) / (float)(count - 1) : 0;
        return Math.Clamp((int)(MathF.Floor(offset + (index * step)) - offset), 0, length - side);
    }
}
