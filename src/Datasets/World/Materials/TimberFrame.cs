using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>Dark beams in a light wall, every other panel braced by a diagonal.</summary>
internal sealed class TimberFrame(Vector3 wall, Vector3 beam, float panel) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        float width = surface.Width / MathF.Max(1, MathF.Round(surface.Width / panel)), height = surface.Height / MathF.Max(1, MathF.Round(surface.Height / panel));
        float x = (surface.U + surface.Width / 2) / width, y = surface.V / height;
        int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
        x -= column;
        y -= row;
        var beams = 1 - Coverage.Periodic(x, 0.08f, 0.92f, footprint / width) * Coverage.Periodic(y, 0.08f, 0.92f, footprint / height);
        if (((column + row) & 1) == 0)
            beams = MathF.Max(beams, Coverage.Disc(MathF.Abs((row & 1) == 0 ? x - y : x + y - 1), 0.08f, footprint / width));
        return new(Vector3.Lerp(wall, beam, beams));
    }
}
