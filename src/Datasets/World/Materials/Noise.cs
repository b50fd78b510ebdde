namespace Retrieval.Datasets.World.Materials;

/// <summary>Smooth and cell-wise noise in [0, 1) from one fixed table; the period is 128 cells.</summary>
internal static class Noise
{
    private const int Size = 128;
    private static readonly float[] Table = MakeTable();

    /// <summary>A number of its own for each cell.</summary>
    public static float Cell(int x, int y) => Table[(y & (Size - 1)) * Size + (x & (Size - 1))];

    /// <summary>Cell values joined smoothly.</summary>
    public static float Smooth(float x, float y)
    {
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        float u = x - floorX, v = y - floorY;
        u *= u * (3 - 2 * u);
        v *= v * (3 - 2 * v);
        int column = (int)floorX & (Size - 1), row = ((int)floorY & (Size - 1)) * Size;
        int right = (column + 1) & (Size - 1), below = (row + Size) & (Size * Size - 1);
        var upper = Table[row + column] + (Table[row + right] - Table[row + column]) * u;
        var lower = Table[below + column] + (Table[below + right] - Table[below + column]) * u;
        return upper + (lower - upper) * v;
    }

    /// <summary>Two octaves.</summary>
    public static float Cloudy(float x, float y) => 0.65f * Smooth(x, y) + 0.35f * Smooth(2.3f * x + 17.7f, 2.3f * y + 5.1f);

    private static float[] MakeTable()
    {
        var table = new float[Size * Size];
        var random = new WorldRandom(0, RandomStream.Film, -1);
        for (var i = 0; i < table.Length; i++)
            table[i] = random.Uniform();
        return table;
    }
}
