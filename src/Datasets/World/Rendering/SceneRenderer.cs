using System.Numerics;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Scenes;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>
/// Casts a ray through the middle of each pixel, then four more where the pixel lies on an edge between faces or at a
/// shadow's. Holds the buffers of one image size; one at a time, one thread.
/// </summary>
internal sealed class SceneRenderer
{
    private const int Sky = -1;
    private const int Ground = -2;

    private readonly int _width;
    private readonly int _height;
    private readonly CameraTracer _tracer;
    private readonly ShadowCaster _shadows = new();
    private readonly int[] _keys;
    private readonly Vector3[] _light;

    public SceneRenderer(int width, int height)
    {
        (_width, _height) = (width, height);
        _tracer = new(width, height);
        _keys = new int[width * height];
        _light = new Vector3[width * height];
    }

    /// <summary>Linear RGB radiance in row order; valid until the next call.</summary>
    public Vector3[] Render(Scene scene)
    {
        _tracer.Load(scene.Camera, scene.Solids);
        _shadows.Load(scene.Light.SunDirection, scene.Solids);
        for (int y = 0, i = 0; y < _height; y++)
            for (var x = 0; x < _width; x++, i++)
                _light[i] = Sample(scene, x + 0.5f, y + 0.5f, out _keys[i]);
        for (int y = 0, i = 0; y < _height; y++)
            for (var x = 0; x < _width; x++, i++)
                if (IsEdge(x, y, i))
                    _light[i] = (Sample(scene, x + 0.25f, y + 0.375f, out _) + Sample(scene, x + 0.625f, y + 0.25f, out _)
                        + Sample(scene, x + 0.375f, y + 0.75f, out _) + Sample(scene, x + 0.75f, y + 0.625f, out _)) / 4;
        return _light;
    }

    private bool IsEdge(int x, int y, int i)
    {
        var key = _keys[i];
        return (x > 0 && _keys[i - 1] != key) || (x + 1 < _width && _keys[i + 1] != key)
            || (y > 0 && _keys[i - _width] != key) || (y + 1 < _height && _keys[i + _width] != key);
    }

    /// <summary>The light along a ray, and a key that differs between faces and between sun and shade.</summary>
    private Vector3 Sample(Scene scene, float x, float y, out int key)
    {
        var ray = scene.Camera.RayThrough(x, y);
        var hit = _tracer.Nearest(ray, x, y, out var depth);
        if (ray.Direction.Y < 0 && -ray.Origin.Y / ray.Direction.Y is var ground && ground < depth)
            (hit, depth) = (Ground, ground);
        if (hit == Sky)
        {
            key = Sky;
            return Rendering.Sky.Colour(scene, ray.Direction);
        }
        var point = ray.At(depth);
        var surface = hit == Ground
            ? new SurfacePoint(Vector3.UnitY, point.X, -point.Z, 1000, 1000, 0)
            : _tracer.Solids[hit].Describe(point);
        var material = hit == Ground ? scene.Ground : _tracer.Solids[hit].Material;
        var distance = depth * ray.Direction.Length();
        var facing = MathF.Abs(Vector3.Dot(surface.Normal, ray.Direction)) * depth / distance;
        var finish = material.At(surface, depth / scene.Camera.FocalLength / MathF.Max(facing, 0.25f));

        var light = scene.Light;
        var sun = Vector3.Dot(surface.Normal, light.SunDirection);
        var lit = sun > 0 && _shadows.Reaches(point, surface.Normal);
        key = (hit == Ground ? 0 : (hit + 1) << 5) + (surface.Face << 1) + (lit ? 1 : 0);
        // Little of the sky is seen from near the ground.
        var openness = 0.7f + 0.3f * MathF.Min(1, point.Y / 2.5f + 0.4f * surface.Normal.Y);
        var received = Vector3.Lerp(light.GroundAmbient, light.SkyAmbient, 0.5f + 0.5f * surface.Normal.Y) * openness;
        if (lit)
            received += light.Sun * sun;
        received += light.Lamps * (MathF.Max(0, 0.35f + 0.65f * surface.Normal.Z) / (1 + 0.06f * point.Y));
        var colour = finish.Albedo * received + light.Lamps * finish.Glow;
        return Vector3.Lerp(light.Horizon, colour, MathF.Exp(-light.Fog * distance));
    }
}
