using System.Numerics;
using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World;

/// <summary>
/// A pinhole camera. World axes in metres: x to the right of the landmark's front, y upwards, z towards the visitor; the
/// landmark stands about the origin. Camera axes: right, down, forward. A world point X has camera coordinates
/// R (X - Position), the rows of the rotation R being <see cref="Right"/>, <see cref="Down"/> and <see cref="Forward"/>.
/// </summary>
/// <param name="Position">The centre of projection, in metres.</param>
/// <param name="Right">First row of the rotation.</param>
/// <param name="Down">Second row of the rotation.</param>
/// <param name="Forward">Third row of the rotation: the viewing direction.</param>
/// <param name="FocalLength">In pixels.</param>
/// <param name="Width">Of the image, in pixels; the principal point is its middle.</param>
/// <param name="Height">Of the image, in pixels.</param>
public readonly record struct CameraPose(
    Vector3 Position, Vector3 Right, Vector3 Down, Vector3 Forward, float FocalLength, int Width, int Height)
{
    /// <summary>
    /// X and Y: pixels from the image's upper left corner (a pixel's middle is at a half); Z: depth in metres, not
    /// positive for a point that is not in front of the camera.
    /// </summary>
    public Vector3 Project(Vector3 point)
    {
        var offset = point - Position;
        var depth = Vector3.Dot(Forward, offset);
        return new(
            FocalLength * Vector3.Dot(Right, offset) / depth + Width / 2f,
            FocalLength * Vector3.Dot(Down, offset) / depth + Height / 2f,
            depth);
    }

    /// <summary>Whether a projected point is in front of the camera and within the image.</summary>
    public bool InFrame(Vector3 projected) =>
        projected.Z > 0 && projected.X >= 0 && projected.Y >= 0 && projected.X < Width && projected.Y < Height;

    /// <summary>The ray through an image point, its parameter being the depth.</summary>
    internal Ray RayThrough(float x, float y) =>
        new(Position, Forward + Right * ((x - Width / 2f) / FocalLength) + Down * ((y - Height / 2f) / FocalLength));

    /// <summary>A camera that looks at a target, its horizon tilted by <paramref name="roll"/> radians.</summary>
    internal static CameraPose LookAt(Vector3 position, Vector3 target, float roll, float focalLength, int width, int height)
    {
        var forward = Vector3.Normalize(target - position);
        var right = Vector3.Normalize(Vector3.Cross(forward, Vector3.UnitY));
        var down = Vector3.Cross(forward, right);
        var (sin, cos) = MathF.SinCos(roll);
        return new(position, cos * right + sin * down, cos * down - sin * right, forward, focalLength, width, height);
    }
}
