using System.Globalization;
using System.Text;

namespace Retrieval.Tests.Datasets.Reconstructions;

/// <summary>
/// A small model in COLMAP's forms. Image a.jpg looks along z from the origin, camera 7 (f 100); "b c.jpg" stands at (4, 0, 4) and looks along -x, camera 2 (f 50 and 150).
/// Points 5 (0, 0, 4), 9 (1, 0, 8) and 11 (0, 1, -2), the last one behind a.jpg.
/// </summary>
internal static class ColmapFixture
{
    private static readonly double Half = Math.Sqrt(0.5);

    private static readonly (uint Id, int Model, string Name, double[] Parameters)[] Cameras = [(7, 2, "SIMPLE_RADIAL", [100, 32, 24, 0.1]), (2, 1, "PINHOLE", [50, 150, 32, 24])];

    private static readonly (ulong Id, double[] Position)[] Points = [(9, [1, 0, 8]), (5, [0, 0, 4]), (11, [0, 1, -2])];

    // A quarter turn about y takes -x to z: R = (0 0 1; 0 1 0; -1 0 0), t = -R (4, 0, 4).
    private static readonly (uint Id, double[] Pose, uint Camera, string Name, long[] Points)[] Images =
    [
        (3, [2 * Half, 0, 2 * Half, 0, -4, 0, 4], 2, "b c.jpg", [-1, 5, 9]),
        (1, [1, 0, 0, 0, 0, 0, 0], 7, "a.jpg", [9, -1, 5, 9, 11]),
    ];

    public static byte[] BinaryCameras() => Binary(writer =>
    {
        writer.Write((ulong)Cameras.Length);
        foreach (var (id, model, _, parameters) in Cameras)
        {
            writer.Write(id);
            writer.Write(model);
            writer.Write(64UL);
            writer.Write(48UL);
            Write(writer, parameters);
        }
    });

    public static byte[] BinaryPoints() => Binary(writer =>
    {
        writer.Write((ulong)Points.Length);
        foreach (var (id, position) in Points)
        {
            writer.Write(id);
            Write(writer, position);
            writer.Write(new byte[3 + sizeof(double)]);
            writer.Write(1UL);
            writer.Write(1U);
            writer.Write(0U);
        }
    });

    public static byte[] BinaryImages() => Binary(writer =>
    {
        writer.Write((ulong)Images.Length);
        foreach (var (id, pose, camera, name, points) in Images)
        {
            writer.Write(id);
            Write(writer, pose);
            writer.Write(camera);
            writer.Write(Encoding.UTF8.GetBytes(name + '\0'));
            writer.Write((ulong)points.Length);
            foreach (var point in points)
            {
                Write(writer, [1.5, 2.5]);
                writer.Write(point);
            }
        }
    });

    public static string TextCameras() => "# a remark\n" + string.Concat(Cameras.Select(camera => $"{camera.Id} {camera.Name} 64 48 {Joined(camera.Parameters)}\n"));

    public static string TextPoints() => string.Concat(Points.Select(point => $"{point.Id} {Joined(point.Position)} 1 2 3 0.5 1 0\n"));

    public static string TextImages() => "# two lines each\n" + string.Concat(Images.Select(image =>
        $"{image.Id} {Joined(image.Pose)} {image.Camera} {image.Name}\n{string.Join(' ', image.Points.Select(point => $"1.5 2.5 {point}"))}\n"));

    /// <summary>Writes the model below a folder.</summary>
    public static void Write(string folder, bool binary)
    {
        Directory.CreateDirectory(folder);
        if (binary)
        {
            File.WriteAllBytes(Path.Combine(folder, "cameras.bin"), BinaryCameras());
            File.WriteAllBytes(Path.Combine(folder, "points3D.bin"), BinaryPoints());
            File.WriteAllBytes(Path.Combine(folder, "images.bin"), BinaryImages());
        }
        else
        {
            File.WriteAllText(Path.Combine(folder, "cameras.txt"), TextCameras());
            File.WriteAllText(Path.Combine(folder, "points3D.txt"), TextPoints());
            File.WriteAllText(Path.Combine(folder, "images.txt"), TextImages());
        }
    }

    private static string Joined(double[] numbers) => string.Join(' ', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static void Write(BinaryWriter writer, double[] numbers)
    {
        foreach (var number in numbers)
            writer.Write(number);
    }

    private static byte[] Binary(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            write(writer);
        return stream.ToArray();
    }
}
