namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>
/// The binary form, little-endian: a number of records as uint64, then the records. A camera: uint32 number, int32 model, uint64 width and height, its parameters. An
/// image: uint32 number, seven doubles of its pose, uint32 camera, its name with a zero, and its key points x, y and uint64 3-D point (all ones for none). A
/// point: uint64 number, three doubles, colour, error, and its track of uint32 image and key point.
/// </summary>
internal sealed class ColmapBinary(string folder) : IColmapFiles
{
    private const ulong NoPoint = ulong.MaxValue;
    private const int CameraBytes = 48, ImageBytes = 73, KeyPointBytes = 24, PointBytes = 51, TrackBytes = 8;

    public string PathOf(string file) => Path.Combine(folder, file + ".bin");

    public IEnumerable<ColmapCamera> Cameras()
    {
        using var file = new ColmapStream(PathOf("cameras"));
        for (var left = file.Count("cameras", CameraBytes); left > 0; left--)
        {
            var id = file.UInt32("a camera");
            var number = (int)file.UInt32("a camera's model");
            var model = ColmapCameraModel.Of(number) ?? throw file.Damaged($"camera {id} is of model {number}, expected one with a focal length (0 to 16)");
            file.Skip(2 * sizeof(ulong), "a camera's size");
            var parameters = new double[model.Parameters];
            for (var i = 0; i < parameters.Length; i++)
                parameters[i] = file.Double("a camera's parameters");
            yield return new ColmapCamera(id, model.FocalLength(parameters));
        }
        file.End();
    }

    public IEnumerable<ColmapPoint> Points()
    {
        using var file = new ColmapStream(PathOf("points3D"));
        for (var left = file.Count("3-D points", PointBytes); left > 0; left--)
        {
            yield return new ColmapPoint(file.UInt64("a point"), file.Double("a point"), file.Double("a point"), file.Double("a point"));
            file.Skip(3 + sizeof(double), "a point's colour and error");
            file.Skip((long)TrackBytes * file.Count("images of a point", TrackBytes), "a point's images");
        }
        file.End();
    }

    public IEnumerable<ColmapImage> Images()
    {
        using var file = new ColmapStream(PathOf("images"));
        for (var left = file.Count("images", ImageBytes); left > 0; left--)
        {
            file.Skip(sizeof(uint), "an image");
            double Next() => file.Double("an image's pose");
            var pose = new ColmapPose(Next(), Next(), Next(), Next(), Next(), Next(), Next());
            var camera = file.UInt32("an image's camera");
            var name = file.Text("an image's name");
            var points = new List<ulong>();
            for (var keyPoints = file.Count("key points", KeyPointBytes); keyPoints > 0; keyPoints--)
            {
                file.Skip(2 * sizeof(double), "a key point");
                if (file.UInt64("a key point") is not NoPoint and var point)
                    points.Add(point);
            }
            yield return new ColmapImage(name, pose, camera, points);
        }
        file.End();
    }
}
