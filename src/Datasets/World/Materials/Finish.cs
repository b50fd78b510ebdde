using System.Numerics;

namespace Retrieval.Datasets.World.Materials;

/// <summary>What a surface looks like at a point.</summary>
/// <param name="Albedo">Linear RGB share of the light that is thrown back, 0 to 1.</param>
/// <param name="Glow">Light of its own after dark, such as a lit window's; 0 to 1.</param>
internal readonly record struct Finish(Vector3 Albedo, float Glow = 0)
{
    public static Finish Lerp(in Finish a, in Finish b, float share) =>
        new(Vector3.Lerp(a.Albedo, b.Albedo, share), a.Glow + (b.Glow - a.Glow) * share);
}
