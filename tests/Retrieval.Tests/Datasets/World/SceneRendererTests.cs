using System.Numerics;
using Retrieval.Datasets.World;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;
using Retrieval.Datasets.World.Rendering;
using Retrieval.Datasets.World.Scenes;
using Xunit;

namespace Retrieval.Tests.Datasets.World;

public sealed class SceneRendererTests
{
    private static readonly GeneratedWorld World = GeneratedWorld.Create(new WorldOptions
    {
        Landmarks = 12, ViewsPerLandmark = 2, ImageWidth = 48, ImageHeight = 40, Difficulty = 1, Seed = 5,
    });

    private static readonly Lighting Even = new()
    {
        SunDirection = Vector3.UnitY, Sun = default, SkyAmbient = Vector3.One, GroundAmbient = Vector3.One,
        Zenith = default, Horizon = default, Cloud = default, Fog = 0,
    };

    public static TheoryData<int> AllViews => [.. Enumerable.Range(0, World.Options.ImageCount)];

    [Fact]
    public void Point_appears_at_the_pixel_to_which_it_projects()
    {
        var random = new WorldRandom(3, RandomStream.View, 0);
        for (var trial = 0; trial < 20; trial++)
        {
            var camera = CameraPose.LookAt(
                new(random.Jitter(8), random.Uniform(1, 6), random.Uniform(12, 20)), new(random.Jitter(2), 3, 0), random.Jitter(0.4f), random.Uniform(60, 90), 96, 72);
            var mark = new Vector3(random.Jitter(3), random.Uniform(2, 5), random.Jitter(3));
            var ball = new Solid(Shapes.Ball, mark, new(0.35f), 0, new Plaster(Vector3.One, 0));
            var light = new SceneRenderer(96, 72).Render(new([ball], new Plaster(default, 0), 0, Even, camera, FilmSettings.Draw(random, 0, false)));

            var (sum, weight) = (Vector2.Zero, 0f);
            for (var i = 0; i < light.Length; i++)
                if (light[i].Y > 0.2f)
                    (sum, weight) = (sum + light[i].Y * new Vector2(i % 96 + 0.5f, i / 96 + 0.5f), weight + light[i].Y);
            var place = camera.Project(mark);
            Assert.True(camera.InFrame(place));
            Assert.InRange(Vector2.Distance(sum / weight, new(place.X, place.Y)), 0, 0.35f);
            Assert.Equal(Vector3.Dot(mark - camera.Position, camera.Forward), place.Z, 1e-3f);
        }
    }

    [Fact]
    public void Camera_axes_are_a_rotation()
    {
        foreach (var view in World.Views)
        {
            var camera = view.Camera;
            Assert.True(Vector3.Distance(camera.Forward, Vector3.Cross(camera.Right, camera.Down)) < 1e-5f);
            Assert.Equal(1, camera.Right.Length(), 1e-5f);
            Assert.Equal(0, Vector3.Dot(camera.Right, camera.Down), 1e-5f);
            Assert.True(camera.Down.Y < 0, "pictures are taken upright");
        }
    }

    [Theory]
    [MemberData(nameof(AllViews))]
    public void Tiles_find_the_body_that_a_search_of_all_finds(int index)
    {
        var scene = World.Compose(index);
        var tracer = new CameraTracer(48, 40);
        tracer.Load(scene.Camera, scene.Solids);
        for (var y = 0.5f; y < 40; y++)
            for (var x = 0.5f; x < 48; x++)
            {
                var ray = scene.Camera.RayThrough(x, y);
                tracer.Nearest(ray, x, y, out var depth);
                Assert.Equal(scene.Solids.Min(solid => solid.Intersect(ray)), depth);
            }
    }

    [Theory]
    [MemberData(nameof(AllViews))]
    public void Tiles_find_the_shadows_that_a_search_of_all_finds(int index)
    {
        var scene = World.Compose(index);
        var caster = new ShadowCaster();
        caster.Load(scene.Light.SunDirection, scene.Solids);
        var random = new WorldRandom(4, RandomStream.View, index);
        for (var trial = 0; trial < 500; trial++)
        {
            var point = new Vector3(random.Jitter(30), random.Uniform(0, 20), random.Jitter(30));
            var blocked = scene.Solids.Any(solid => float.IsFinite(solid.Intersect(new(point, scene.Light.SunDirection))));
            Assert.Equal(!blocked, caster.Reaches(point, Vector3.Zero));
        }
    }

    [Fact]
    public void Nobody_photographs_from_within_a_landmark()
    {
        foreach (var view in World.Views)
        {
            var place = Retrieval.Datasets.World.Landmarks.LandmarkModel.Create(World.Options.Seed, view.Cluster);
            var nearest = Vector3.Clamp(view.Camera.Position, place.Low, place.High);
            Assert.True(Vector3.Distance(nearest, view.Camera.Position) > 0.5f, $"view {view.Index}");
        }
    }
}
