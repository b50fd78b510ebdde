using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>Bricks, ashlar or tiles in courses.</summary>
/// <param name="stone">Linear RGB of a stone.</param>
/// <param name="joint">Linear RGB of the mortar.</param>
/// <param name="length">Of a stone, in metres.</param>
/// <param name="height">Of a course, in metres.</param>
/// <param name="stagger">Shift of each second course as a share of the length.</param>
/// <param name="variety">How much stones differ in brightness, 0 to 1.</param>
internal sealed class Masonry(Vector3 stone, Vector3 joint, float length, float height, float stagger, float variety) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var y = surface.V / height;
        var course = (int)MathF.Floor(y);
        var x = surface.U / length + (course & 1) * stagger;
        var column = (int)MathF.Floor(x);
        var joints = MathF.Min(0.5f, 0.18f * height / length);
        var solid = Coverage.Periodic(x - column, joints, 1, footprint / length) * Coverage.Periodic(y - course, 0.18f, 1, footprint / height);
        var tone = 1 + variety * (Noise.Cell(column, course) - 0.5f) * Coverage.Detail(2 * height, footprint);
        return new(Vector3.Lerp(joint, stone * tone, solid));
    }
}
