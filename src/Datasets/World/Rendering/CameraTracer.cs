using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>
/// Finds what a camera sees along a ray. Bodies are sorted by depth and listed for each tile of the image, so that a
/// ray is held against the few that its tile touches, nearest first.
/// </summary>
internal sealed class CameraTracer
{
    private const int TileSize = 8;
    private const float NearPlane = 0.05f;

    private readonly TileGrid _tiles;
    private Solid[] _solids = [];
    private float[] _nearest = [];

    public CameraTracer(int width, int height) =>
        _tiles = new((width + TileSize - 1) / TileSize, (height + TileSize - 1) / TileSize);

    /// <summary>The bodies by depth; results of <see cref="Nearest"/> number them.</summary>
    public ReadOnlySpan<Solid> Solids => _solids;

    public void Load(in CameraPose camera, ReadOnlySpan<Solid> solids)
    {
        _solids = solids.ToArray();
        _nearest = new float[solids.Length];
        var rectangles = new TileRectangle[solids.Length];
        for (var i = 0; i < solids.Length; i++)
            rectangles[i] = Bound(camera, solids[i], out _nearest[i]);
        var order = new int[solids.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(_nearest, order);
        var sorted = new TileRectangle[order.Length];
        for (var i = 0; i < order.Length; i++)
            (_solids[i], sorted[i]) = (solids[order[i]], rectangles[order[i]]);
        _tiles.Build(sorted);
    }

    /// <summary>The number of the first body that a ray through the image point meets, or -1; its depth, else infinity.</summary>
    public int Nearest(in Ray ray, float x, float y, out float depth)
    {
        depth = float.PositiveInfinity;
        var hit = -1;
        foreach (var item in _tiles.At((int)x / TileSize, (int)y / TileSize))
        {
            if (_nearest[item] > depth)
                break;
            var t = _solids[item].Intersect(ray);
            if (t < depth)
                (depth, hit) = (t, item);
        }
        return hit;
    }

    private TileRectangle Bound(in CameraPose camera, Solid solid, out float nearest)
    {
        float left = float.PositiveInfinity, top = left, right = float.NegativeInfinity, bottom = right, farthest = right;
        nearest = float.PositiveInfinity;
        for (var corner = 0; corner < 8; corner++)
        {
            var point = camera.Project(solid.Corner(corner));
            nearest = MathF.Min(nearest, point.Z);
            farthest = MathF.Max(farthest, point.Z);
            left = MathF.Min(left, point.X);
            right = MathF.Max(right, point.X);
            top = MathF.Min(top, point.Y);
            bottom = MathF.Max(bottom, point.Y);
        }
        if (farthest <= 0)
            return TileRectangle.None;
        // A body that reaches behind the camera has no rectangle of finite corners.
        return nearest < NearPlane
            ? new(0, 0, _tiles.Columns - 1, _tiles.Rows - 1)
            : TileRectangle.Around(left / TileSize, top / TileSize, right / TileSize, bottom / TileSize, _tiles.Columns, _tiles.Rows);
    }
}
