using System.Numerics;
using Retrieval.Datasets.World;
using Retrieval.Datasets.World.Geometry;
using Xunit;

namespace Retrieval.Tests.Datasets.World;

public sealed class ShapeTests
{
    private const float Step = 0.004f;

    private static readonly Dictionary<string, (Shape Shape, Func<Vector3, bool> Holds)> Bodies = new()
    {
        ["box"] = (Shapes.Box, p => Vector3.Max(Vector3.Abs(p), Vector3.One) == Vector3.One),
        ["gable"] = (Shapes.Gable, p => Tapers(p, 1, 0)),
        ["hip"] = (Shapes.Hip, p => Tapers(p, 0.6f, 0)),
        ["pyramid"] = (Shapes.Pyramid, p => Tapers(p, 0, 0)),
        ["cylinder"] = (Shapes.Cylinder, p => IsRound(p, 1)),
        ["cone"] = (Shapes.Cone, p => IsRound(p, 0)),
        ["bell"] = (Shapes.Bell, p => IsRound(p, 0.45f)),
        ["ball"] = (Shapes.Ball, p => p.Length() <= 1),
        ["dome"] = (Shapes.Dome, p => p.Y >= -1 && new Vector3(p.X, (p.Y + 1) / 2, p.Z).Length() <= 1),
    };

    public static TheoryData<string> Names => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ray_enters_where_a_walk_along_it_does(string name)
    {
        var (shape, holds) = Bodies[name];
        var random = new WorldRandom(1, RandomStream.View, 0);
        var hits = 0;
        for (var ray = 0; ray < 300; ray++)
        {
            var origin = 3 * Direction(random);
            var direction = Vector3.Normalize(Direction(random) * 0.9f - origin);
            var walked = Walk(origin, direction, holds);
            var t = shape.Intersect(origin, direction);
            // A walk may step over a corner that is thinner than its step, or a rounding decide a touch.
            if (float.IsInfinity(walked) && !float.IsInfinity(t))
                Assert.False(holds(origin + (t + 3 * Step) * direction), $"ray {ray}: hit at {t}, but the walk met nothing");
            else if (!float.IsInfinity(walked))
            {
                Assert.InRange(t, walked - 2 * Step, walked + Step);
                hits++;
            }
        }
        Assert.InRange(hits, 100, 300);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Surface_faces_the_ray_and_lies_within_its_face(string name)
    {
        var shape = Bodies[name].Shape;
        var random = new WorldRandom(2, RandomStream.View, 0);
        var half = new Vector3(2, 3, 1.5f);
        for (var ray = 0; ray < 300; ray++)
        {
            var origin = 3 * Direction(random);
            var direction = Vector3.Normalize(Direction(random) * 0.9f - origin);
            var t = shape.Intersect(origin, direction);
            if (float.IsInfinity(t))
                continue;
            var surface = shape.Describe(origin + t * direction, half);
            Assert.Equal(1, surface.Normal.Length(), 1e-4f);
            Assert.True(Vector3.Dot(surface.Normal, direction * half) < 1e-3f, $"ray {ray}: the normal looks away");
            Assert.InRange(surface.V, -1e-3f, 3 * surface.Height);
        }
    }

    [Fact]
    public void Solid_turns_stretches_and_moves_its_shape()
    {
        // A box 2 wide, 4 high, 6 deep, turned a quarter: its depth now lies along x.
        var solids = new List<Solid>();
        new Sketch(solids, new(10, 0, 0), MathF.PI / 2).Add(Shapes.Box, 0, 0, 0, 2, 4, 6, null!);
        var solid = Assert.Single(solids);
        Assert.Equal(new Vector3(10, 2, 0), solid.Centre);
        Assert.Equal(7, solid.Intersect(new(new(0, 1, 0), Vector3.UnitX)), 1e-4f);
        Assert.Equal(4, solid.Intersect(new(new(10, 1, 5), -Vector3.UnitZ)), 1e-4f);
        Assert.Equal(float.PositiveInfinity, solid.Intersect(new(new(0, 5, 0), Vector3.UnitX)));
        Assert.True(Vector3.Distance(-Vector3.UnitX, solid.Describe(new(7, 1, 0)).Normal) < 1e-4f);
    }

    private static bool Tapers(Vector3 p, float topX, float topZ)
    {
        var up = (p.Y + 1) / 2;
        return up >= 0 && up <= 1 && MathF.Abs(p.X) <= 1 - (1 - topX) * up && MathF.Abs(p.Z) <= 1 - (1 - topZ) * up;
    }

    private static bool IsRound(Vector3 p, float top)
    {
        var up = (p.Y + 1) / 2;
        return up >= 0 && up <= 1 && MathF.Sqrt(p.X * p.X + p.Z * p.Z) <= 1 - (1 - top) * up;
    }

    private static float Walk(Vector3 origin, Vector3 direction, Func<Vector3, bool> holds)
    {
        for (var t = 0f; t < 6; t += Step)
            if (holds(origin + t * direction))
                return t;
        return float.PositiveInfinity;
    }

    private static Vector3 Direction(WorldRandom random) =>
        Vector3.Normalize(new(random.Gaussian(), random.Gaussian(), random.Gaussian()));
}
