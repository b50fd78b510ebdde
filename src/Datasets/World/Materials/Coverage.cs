namespace Retrieval.Datasets.World.Materials;

/// <summary>
/// How much of a pixel an element of a pattern covers. Patterns that are filtered this way neither flicker between
/// views nor need many samples a pixel.
/// </summary>
internal static class Coverage
{
    /// <summary>The share of [x - width/2, x + width/2] that lies in [low, high].</summary>
    public static float Pulse(float x, float low, float high, float width)
    {
        width = MathF.Max(width, 1e-4f);
        var covered = MathF.Min(x + width / 2, high) - MathF.Max(x - width / 2, low);
        return Math.Clamp(covered / width, 0, 1);
    }

    /// <summary><see cref="Pulse"/> for x in [0, 1) of a pattern of period 1; a wide pixel sees the average.</summary>
    public static float Periodic(float x, float low, float high, float width)
    {
        if (width > 0.8f)
            return high - low;
        var sharp = Pulse(x, low, high, width);
        return width < 0.4f ? sharp : sharp + (high - low - sharp) * (width - 0.4f) * 2.5f;
    }

    /// <summary>A disc: 1 within the radius, 0 outside, soft over a pixel's width.</summary>
    public static float Disc(float distance, float radius, float width) =>
        Math.Clamp((radius - distance) / MathF.Max(width, 1e-4f) + 0.5f, 0, 1);

    /// <summary>Fades fine detail of the given size to nothing where a pixel is larger.</summary>
    public static float Detail(float size, float width) => Math.Clamp(2 - 2 * width / size, 0, 1);
}
