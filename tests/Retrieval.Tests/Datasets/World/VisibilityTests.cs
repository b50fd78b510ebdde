using System.Numerics;
using Retrieval.Datasets.World;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Landmarks;
using Retrieval.Datasets.World.Materials;
using Retrieval.Datasets.World.Rendering;
using Xunit;

namespace Retrieval.Tests.Datasets.World;

public sealed class VisibilityTests
{
    private static readonly GeneratedWorld World = GeneratedWorld.Create(new WorldOptions
    {
        Landmarks = 8, ViewsPerLandmark = 3, Distractors = 2, ImageWidth = 64, ImageHeight = 64, Difficulty = 0.8, Seed = 2,
    });

    [Fact]
    public void Visible_points_project_into_the_frame_with_nothing_in_front()
    {
        foreach (var view in World.Views)
        {
            var solids = World.Compose(view.Index).Solids;
            foreach (var point in view.VisiblePoints)
            {
                var place = view.Camera.Project(World.PointPosition(point));
                Assert.True(view.Camera.InFrame(place), $"point {point} in view {view.Index}");
                var ray = view.Camera.RayThrough(place.X, place.Y);
                Assert.True(solids.Min(solid => solid.Intersect(ray)) > 0.99f * place.Z, $"point {point} in view {view.Index}");
            }
        }
    }

    [Fact]
    public void Points_lie_on_the_landmark()
    {
        var points = World.Options.PointsPerLandmark;
        for (var landmark = 0; landmark < World.Options.Landmarks; landmark++)
        {
            var model = LandmarkModel.Create(World.Options.Seed, landmark);
            for (var point = landmark * points; point < (landmark + 1) * points; point++)
            {
                var place = World.PointPosition(point);
                Assert.Equal(place, Vector3.Clamp(place, model.Low - new Vector3(0.01f), model.High + new Vector3(0.01f)));
            }
        }
    }

    [Fact]
    public void Occluder_hides_the_points_behind_it()
    {
        var scene = World.Compose(0);
        LandmarkPoint[] points = [.. Enumerable.Range(0, World.Options.PointsPerLandmark).Select(point =>
            new LandmarkPoint(World.PointPosition(point), Vector3.Normalize(scene.Camera.Position - World.PointPosition(point))))];
        var before = Observe(scene.Solids);
        Assert.InRange(before.Count, 50, points.Length);

        var hidden = before[before.Count / 2];
        var board = new Solid(
            Shapes.Box, Vector3.Lerp(scene.Camera.Position, points[hidden].Position, 0.2f), new(0.3f), 0.3f, new Plaster(Vector3.One));
        var after = Observe([.. scene.Solids, board]);
        Assert.DoesNotContain(hidden, after);
        Assert.NotEmpty(after);
        Assert.Subset(before.ToHashSet(), after.ToHashSet());

        var wall = new Solid(Shapes.Box, scene.Camera.Position + 2 * scene.Camera.Forward, new(9, 9, 0.1f), Yaw(scene.Camera.Forward), new Plaster(Vector3.One));
        Assert.Empty(Observe([.. scene.Solids, wall]));

        List<int> Observe(Solid[] solids)
        {
            var seen = new List<(int Point, Vector3 Place)>();
            new Observer(64, 64).Observe(scene with { Solids = solids }, points, seen);
            return seen.ConvertAll(entry => entry.Point);
        }
    }

    [Fact]
    public void Points_on_the_back_are_not_seen()
    {
        var scene = World.Compose(0);
        LandmarkPoint[] points = [.. Enumerable.Range(0, 50).Select(point =>
            new LandmarkPoint(World.PointPosition(point), Vector3.Normalize(World.PointPosition(point) - scene.Camera.Position)))];
        var seen = new List<(int Point, Vector3 Place)>();
        new Observer(64, 64).Observe(scene, points, seen);
        Assert.Empty(seen);
    }

    [Fact]
    public void Box_holds_all_visible_points()
    {
        foreach (var view in World.Views.Where(view => !view.IsDistractor))
        {
            Assert.InRange(view.VisiblePoints.Count, 0.1 * World.Options.PointsPerLandmark, World.Options.PointsPerLandmark);
            Assert.Equal(view.VisiblePoints, view.VisiblePoints.Order().Distinct());
            foreach (var point in view.VisiblePoints)
            {
                var place = view.Camera.Project(World.PointPosition(point));
                Assert.InRange(place.X, view.Box.Left, view.Box.Right);
                Assert.InRange(place.Y, view.Box.Top, view.Box.Bottom);
            }
        }
    }

    private static float Yaw(Vector3 direction) => MathF.Atan2(direction.X, direction.Z);
}
