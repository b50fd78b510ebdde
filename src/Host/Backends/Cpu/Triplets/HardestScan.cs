using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>Looks for hardest pairs tile by tile: of each pair of rows one distance is computed, and both rows see it.</summary>
internal readonly unsafe struct HardestScan(PairRows rows, bool cosine, HardKeys keys) : IParallelBody
{
    private readonly int _tiles = Blocking.CeilingDivide(rows.GroupCount, PairTile.Side);

    private long TilePairs => (long)_tiles * (_tiles + 1) / 2;

    public int Count => checked((int)(rows.Groups * TilePairs));

    public void Run(int index, int worker)
    {
        var group = (int)(index / TilePairs);
        var (first, second) = TilesOf(index % TilePairs);
        float** a = stackalloc float*[PairTile.Side], b = stackalloc float*[PairTile.Side];
        var values = stackalloc float[PairTile.Side * PairTile.Side];
        PairTile.Compute(cosine, a, List(group, first, a), b, List(group, second, b), rows.Dimension, values);
        Look(group, first, second, values, worker);
    }

    private void Look(int group, int first, int second, float* values, int worker)
    {
        int startA = first * PairTile.Side, startB = second * PairTile.Side;
        for (var placeA = startA; placeA < Math.Min(startA + PairTile.Side, rows.GroupCount); placeA++)
        {
            var rowA = rows.Row(group, placeA);
            if (!rows.TakesPart(rowA))
                continue;
            // In a tile with itself each pair once.
            for (var placeB = Math.Max(startB, placeA); placeB < Math.Min(startB + PairTile.Side, rows.GroupCount); placeB++)
            {
                var rowB = rows.Row(group, placeB);
                if (!rows.TakesPart(rowB))
                    continue;
                var value = values[((placeA - startA) * PairTile.Side) + placeB - startB];
                value = cosine ? Math.Max(1 - value, 0) : value;
                Meet(rowA, rowB, value, worker);
                if (rowA != rowB)
                    Meet(rowB, rowA, value, worker);
            }
        }
    }

    private void Meet(int row, int other, float value, int worker)
    {
        if (!rows.Sees(row, other))
            return;
        if (rows.Label(row) == rows.Label(other))
        {
            ref var farthest = ref keys.Positives(worker)[row];
            farthest = Math.Max(farthest, HardKeys.Positive(value, other));
        }
        else
        {
            ref var nearest = ref keys.Negatives(worker)[row];
            nearest = Math.Min(nearest, HardKeys.Negative(value, other));
        }
    }

    /// <summary>Fills a list with the rows of a tile, the last again and again; gives how many there are.</summary>
    private int List(int group, int tile, float** list)
    {
        int start = tile * PairTile.Side, count = Math.Min(PairTile.Side, rows.GroupCount - start);
        for (var i = 0; i < PairTile.Side; i++)
            list[i] = rows[rows.Row(group, start + Math.Min(i, count - 1))];
        return count;
    }

    /// <summary>Pair number p of (0,0), (0,1), (1,1), (0,2), ...: first at most second.</summary>
    private static (int First, int Second) TilesOf(long pair)
    {
        var second = (int)((Math.Sqrt((8.0 * pair) + 1) - 1) / 2);
        // The root may be off by its rounding.
        while ((long)second * (second + 1) / 2 > pair)
            second--;
        while ((long)(second + 1) * (second + 2) / 2 <= pair)
            second++;
        return ((int)(pair - ((long)second * (second + 1) / 2)), second);
    }
}
