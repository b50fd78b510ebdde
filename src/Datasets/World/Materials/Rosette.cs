using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>A round ornament in the middle of each upright face: a rose window, a clock, a shield.</summary>
/// <param name="wall">Around it.</param>
/// <param name="rim">Linear RGB of the ring and the spokes.</param>
/// <param name="field">Linear RGB between the spokes.</param>
/// <param name="height">Of its centre, as a share of the face's height.</param>
/// <param name="radius">As a share of the face's smaller side.</param>
/// <param name="petals">Number of spokes.</param>
internal sealed class Rosette(Material wall, Vector3 rim, Vector3 field, float height, float radius, int petals) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var finish = wall.At(surface, footprint);
        if (MathF.Abs(surface.Normal.Y) > 0.8f)
            return finish;
        var r = radius * MathF.Min(surface.Width, surface.Height);
        float x = surface.U, y = surface.V - height * surface.Height;
        var distance = MathF.Sqrt(x * x + y * y);
        var disc = Coverage.Disc(distance, r, footprint);
        if (disc <= 0)
            return finish;
        var spoke = 0.5f + 0.5f * MathF.Cos(petals * MathF.Atan2(x, y));
        var lines = spoke > 0.8f ? Math.Clamp((spoke - 0.8f) * 10, 0, 1) : 0;
        var ring = 1 - Coverage.Disc(distance, 0.84f * r, footprint)
            + Coverage.Disc(MathF.Abs(distance - 0.4f * r), 0.05f * r, footprint) + Coverage.Disc(distance, 0.12f * r, footprint);
        var share = Math.Clamp(ring + lines * Coverage.Detail(r, footprint), 0, 1);
        return Finish.Lerp(finish, Finish.Lerp(new(field, 0.6f), new(rim), share), disc);
    }
}
