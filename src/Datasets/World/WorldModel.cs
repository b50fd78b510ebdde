using System.Globalization;
using System.Numerics;
using System.Text;

namespace Retrieval.Datasets.World;

/// <summary>A landmark's views and points as COLMAP's sparse model in text form: exact cameras, one for each view, and points seen where they are.</summary>
internal static class WorldModel
{
    /// <summary>The three files.</summary>
    /// <param name="world">The world.</param>
    /// <param name="views">Views of one landmark.</param>
    public static IEnumerable<(string Name, byte[] Bytes)> Files(GeneratedWorld world, IReadOnlyList<WorldView> views)
    {
        var (cameras, images, points) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        foreach (var view in views)
        {
            var camera = view.Camera;
            cameras.Append(CultureInfo.InvariantCulture, $"{NumberOf(view)} SIMPLE_PINHOLE {camera.Width} {camera.Height} {camera.FocalLength} {camera.Width / 2f} {camera.Height / 2f}\n");
            AppendImage(images, world, view);
        }
        foreach (var point in views.SelectMany(view => view.VisiblePoints.Select((point, place) => (point, view, place))).GroupBy(seen => seen.point))
        {
            var position = world.PointPosition(point.Key);
            points.Append(CultureInfo.InvariantCulture, $"{point.Key} {position.X} {position.Y} {position.Z} 128 128 128 0");
            foreach (var (_, view, place) in point)
                points.Append(CultureInfo.InvariantCulture, $" {NumberOf(view)} {place}");
            points.Append('\n');
        }
        return [("cameras.txt", Bytes(cameras)), ("images.txt", Bytes(images)), ("points3D.txt", Bytes(points))];
    }

    private static void AppendImage(StringBuilder text, GeneratedWorld world, WorldView view)
    {
        var camera = view.Camera;
        // System.Numerics multiplies rows by matrices, so that its matrix is the rotation's transpose.
        var (right, down, forward) = (camera.Right, camera.Down, camera.Forward);
        var turn = Quaternion.CreateFromRotationMatrix(new Matrix4x4(right.X, down.X, forward.X, 0, right.Y, down.Y, forward.Y, 0, right.Z, down.Z, forward.Z, 0, 0, 0, 0, 1));
        var shift = -new Vector3(Vector3.Dot(right, camera.Position), Vector3.Dot(down, camera.Position), Vector3.Dot(forward, camera.Position));
        text.Append(CultureInfo.InvariantCulture, $"{NumberOf(view)} {turn.W} {turn.X} {turn.Y} {turn.Z} {shift.X} {shift.Y} {shift.Z} {NumberOf(view)} {GeneratedWorld.LandmarkName(view.Cluster)}/{view.Name}.jpg\n");
        foreach (var point in view.VisiblePoints)
        {
            var place = camera.Project(world.PointPosition(point));
            text.Append(CultureInfo.InvariantCulture, $"{place.X} {place.Y} {point} ");
        }
        text.Append('\n');
    }

    /// <summary>Numbers of cameras and images begin with 1.</summary>
    private static int NumberOf(WorldView view) => view.Index + 1;

    private static byte[] Bytes(StringBuilder text) => Encoding.UTF8.GetBytes(text.ToString());
}
