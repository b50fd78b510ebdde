namespace Retrieval.Tests.Datasets.World;

/// <summary>A plain descriptor of structure: in each cell of a 4 x 4 grid, how strong the edges of each of 8 directions are.</summary>
internal static class GradientHistograms
{
    private const int Cells = 4;
    private const int Directions = 8;

    public static float[] Describe(byte[] pixels, int width, int height)
    {
        var bins = new float[Cells * Cells * Directions];
        for (var y = 1; y < height - 1; y++)
            for (var x = 1; x < width - 1; x++)
            {
                float dx = Grey(x + 1, y) - Grey(x - 1, y), dy = Grey(x, y + 1) - Grey(x, y - 1);
                var direction = (int)((MathF.Atan2(dy, dx) / MathF.PI + 1) * Directions) % Directions;
                bins[(y * Cells / height * Cells + x * Cells / width) * Directions + direction] += MathF.Sqrt(dx * dx + dy * dy);
            }
        for (var i = 0; i < bins.Length; i++)
            bins[i] = MathF.Sqrt(bins[i]);
        var mean = bins.Average();
        bins = Array.ConvertAll(bins, bin => bin - mean);
        var length = MathF.Sqrt(bins.Sum(bin => bin * bin));
        return Array.ConvertAll(bins, bin => bin / length);

        float Grey(int column, int row) => pixels[3 * (row * width + column)] + pixels[3 * (row * width + column) + 1] + pixels[3 * (row * width + column) + 2];
    }
}
