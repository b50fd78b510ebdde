using System.Numerics;
using System.Text.Json;
using Retrieval.Datasets.Readers;

namespace Retrieval.Datasets.World;

/// <summary>A world's facts as JSON files.</summary>
internal static class WorldJson
{
    /// <summary>What made the images; the same bytes for the same images.</summary>
    public static byte[] Options(WorldOptions options, WorldSplit split) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("rendering", GeneratedWorld.RenderingVersion);
        writer.WriteNumber("seed", options.Seed);
        writer.WriteNumber("landmarks", options.Landmarks);
        writer.WriteNumber("viewsPerLandmark", options.ViewsPerLandmark);
        writer.WriteNumber("distractors", options.Distractors);
        writer.WriteNumber("imageWidth", options.ImageWidth);
        writer.WriteNumber("imageHeight", options.ImageHeight);
        writer.WriteNumber("pointsPerLandmark", options.PointsPerLandmark);
        writer.WriteNumber("difficulty", options.Difficulty);
        writer.WriteNumber("trainingImages", split.Training.Count);
        writer.WriteNumber("queries", split.Queries.Count);
        writer.WriteEndObject();
    });

    /// <summary>Each view's camera and visible points; then all points by number.</summary>
    public static byte[] Poses(GeneratedWorld world) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("views");
        foreach (var view in world.Views)
        {
            var camera = view.Camera;
            writer.WriteStartObject();
            writer.WriteString("name", view.Name);
            writer.WriteNumber("cluster", view.Cluster);
            writer.WriteNumber("width", camera.Width);
            writer.WriteNumber("height", camera.Height);
            writer.WriteNumber("focalLength", camera.FocalLength);
            writer.WritePropertyName("position");
            WriteVector(writer, camera.Position);
            writer.WriteStartArray("rotation");
            WriteVector(writer, camera.Right);
            WriteVector(writer, camera.Down);
            WriteVector(writer, camera.Forward);
            writer.WriteEndArray();
            writer.WriteStartArray("visiblePoints");
            foreach (var point in view.VisiblePoints)
                writer.WriteNumberValue(point);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("points");
        for (var point = 0; point < world.Options.Landmarks * world.Options.PointsPerLandmark; point++)
            WriteVector(writer, world.PointPosition(point));
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>In the form of revisited Oxford and Paris.</summary>
    public static byte[] GroundTruth(GeneratedWorld world, WorldSplit split) => JsonSerializer.SerializeToUtf8Bytes(
        new LandmarkGroundTruthFile
        {
            DatabaseNames = [.. split.Database.Select(index => world.Views[index].Name)],
            QueryNames = [.. split.Queries.Select(index => world.Views[index].Name)],
            Answers = [.. split.Queries.Select((index, query) => new LandmarkGroundTruthFile.Entry
            {
                Box = Corners(world.Views[index].Box),
                Easy = [.. split.Easy[query]],
                Hard = [.. split.Hard[query]],
                Junk = [.. split.Junk[query]],
            })],
        },
        LandmarkGroundTruthContext.Default.LandmarkGroundTruthFile);

    private static float[] Corners(QueryBox box) => [box.Left, box.Top, box.Right, box.Bottom];

    private static void WriteVector(Utf8JsonWriter writer, Vector3 vector)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(vector.X);
        writer.WriteNumberValue(vector.Y);
        writer.WriteNumberValue(vector.Z);
        writer.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return buffer.ToArray();
    }
}
