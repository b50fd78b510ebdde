using System.Numerics;

namespace Retrieval.Datasets.World.Materials;

/// <summary>
/// The colours of a building, linear RGB. There are few palettes and many landmarks: what a building is made of does
/// not tell which one it is.
/// </summary>
internal sealed record Palette(Vector3 Wall, Vector3 Trim, Vector3 Roof, Vector3 Accent)
{
    private static readonly Palette[] Shared =
    [
        new(new(0.58f, 0.46f, 0.29f), new(0.70f, 0.62f, 0.47f), new(0.30f, 0.12f, 0.07f), new(0.16f, 0.24f, 0.30f)),
        new(new(0.36f, 0.13f, 0.08f), new(0.66f, 0.60f, 0.50f), new(0.13f, 0.14f, 0.16f), new(0.60f, 0.48f, 0.20f)),
        new(new(0.38f, 0.38f, 0.37f), new(0.60f, 0.59f, 0.56f), new(0.16f, 0.18f, 0.22f), new(0.35f, 0.12f, 0.09f)),
        new(new(0.70f, 0.67f, 0.60f), new(0.44f, 0.38f, 0.30f), new(0.38f, 0.15f, 0.08f), new(0.10f, 0.16f, 0.34f)),
        new(new(0.60f, 0.40f, 0.16f), new(0.72f, 0.68f, 0.60f), new(0.18f, 0.34f, 0.28f), new(0.30f, 0.08f, 0.06f)),
        new(new(0.52f, 0.36f, 0.30f), new(0.72f, 0.66f, 0.60f), new(0.20f, 0.30f, 0.27f), new(0.66f, 0.52f, 0.16f)),
    ];

    public static Palette Draw(WorldRandom random)
    {
        var palette = random.Pick<Palette>(Shared);
        return new(random.Tint(palette.Wall, 0.08f), random.Tint(palette.Trim, 0.08f), random.Tint(palette.Roof, 0.08f), random.Tint(palette.Accent, 0.08f));
    }
}
