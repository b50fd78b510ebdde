using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>Tells whether the sun reaches a point. Bodies are listed for each tile of a plane across the light.</summary>
internal sealed class ShadowCaster
{
    private const int Tiles = 32;
    private const float Extent = 160;
    private const float Scale = Tiles / Extent;

    // Keeps a surface from shading itself by rounding.
    private const float Offset = 0.02f;

    private readonly TileGrid _tiles = new(Tiles, Tiles);
    private Solid[] _solids = [];
    private Vector3 _sun;
    private Vector3 _across;
    private Vector3 _along;

    public void Load(Vector3 sun, Solid[] solids)
    {
        _solids = solids;
        _sun = sun;
        _across = Vector3.Normalize(Vector3.Cross(sun, Vector3.UnitY));
        _along = Vector3.Cross(sun, _across);
        var rectangles = new TileRectangle[solids.Length];
        for (var i = 0; i < solids.Length; i++)
            rectangles[i] = Bound(solids[i]);
        _tiles.Build(rectangles);
    }

    public bool Reaches(Vector3 point, Vector3 normal)
    {
        point += Offset * normal;
        float x = Across(point), y = Along(point);
        if (x < 0 || y < 0 || x >= Tiles || y >= Tiles)
            return true;
        var ray = new Ray(point, _sun);
        foreach (var item in _tiles.At((int)x, (int)y))
            if (_solids[item].Intersect(ray) < float.PositiveInfinity)
                return false;
        return true;
    }

    private float Across(Vector3 point) => (Vector3.Dot(_across, point) + Extent / 2) * Scale;

    private float Along(Vector3 point) => (Vector3.Dot(_along, point) + Extent / 2) * Scale;

    private TileRectangle Bound(Solid solid)
    {
        float left = float.PositiveInfinity, top = left, right = float.NegativeInfinity, bottom = right;
        for (var corner = 0; corner < 8; corner++)
        {
            var point = solid.Corner(corner);
            float x = Across(point), y = Along(point);
            (left, right) = (MathF.Min(left, x), MathF.Max(right, x));
            (top, bottom) = (MathF.Min(top, y), MathF.Max(bottom, y));
        }
        return TileRectangle.Around(left, top, right, bottom, Tiles, Tiles);
    }
}
