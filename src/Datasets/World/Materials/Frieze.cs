using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>Ornamental bands across a wall: a zigzag or a row of blocks every few metres.</summary>
/// <param name="wall">Between the bands.</param>
/// <param name="ornament">Linear RGB of the ornament.</param>
/// <param name="spacing">Metres from band to band.</param>
/// <param name="height">Of a band in metres.</param>
/// <param name="zigzag">A zigzag rather than blocks.</param>
internal sealed class Frieze(Material wall, Vector3 ornament, float spacing, float height, bool zigzag) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var finish = wall.At(surface, footprint);
        var bands = MathF.Max(1, MathF.Round(surface.Height / spacing));
        var y = surface.V - (MathF.Floor(surface.V * bands / surface.Height) + 1) * surface.Height / bands + height;
        var band = Coverage.Pulse(y, 0, height, footprint);
        if (band <= 0 || MathF.Abs(surface.Normal.Y) > 0.8f)
            return finish;
        var x = surface.U / height;
        x -= MathF.Floor(x);
        var edge = zigzag ? MathF.Abs(2 * x - 1) * height : (x < 0.5f ? height : 0.15f * height);
        var share = 0.45f + (Coverage.Pulse(y, 0, edge, footprint) - 0.45f) * Coverage.Detail(height, footprint);
        return Finish.Lerp(finish, new(ornament), band * share);
    }
}
