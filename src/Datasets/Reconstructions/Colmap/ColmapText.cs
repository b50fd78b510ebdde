namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>
/// The text form: a line for each camera (number, model, width, height, parameters) and point (number, x, y, z, colour, error, track), two for each image (number, pose, camera, name;
/// then its key points as x, y, 3-D point or -1). Lines that begin with # are remarks.
/// </summary>
internal sealed class ColmapText(string folder) : IColmapFiles
{
    /// <summary>A line may be as long as the file.</summary>
    private const long LargestFile = 256 << 20;

    public string PathOf(string file) => Path.Combine(folder, file + ".txt");

    public IEnumerable<ColmapCamera> Cameras()
    {
        foreach (var (number, line) in Records("cameras"))
        {
            var fields = new ColmapFields(PathOf("cameras"), number, line);
            var id = (uint)fields.Number("a camera's number", uint.MaxValue);
            var word = fields.Word("a camera model");
            var model = ColmapCameraModel.Of(word) ?? throw fields.Wrong("a camera model with a focal length", word);
            fields.Number("a camera's width", long.MaxValue);
            fields.Number("a camera's height", long.MaxValue);
            var parameters = new double[model.Parameters];
            for (var i = 0; i < parameters.Length; i++)
                parameters[i] = fields.Double($"{model.Parameters} parameters of {model.Name}");
            yield return new ColmapCamera(id, model.FocalLength(parameters));
        }
    }

    public IEnumerable<ColmapPoint> Points()
    {
        foreach (var (number, line) in Records("points3D"))
        {
            var fields = new ColmapFields(PathOf("points3D"), number, line);
            yield return new ColmapPoint((ulong)fields.Number("a point's number", long.MaxValue), fields.Double("a point's x"), fields.Double("a point's y"), fields.Double("a point's z"));
        }
    }

    public IEnumerable<ColmapImage> Images()
    {
        using var lines = Lines("images").GetEnumerator();
        while (lines.MoveNext())
        {
            if (IsRemark(lines.Current.Text))
                continue;
            var (number, line) = lines.Current;
            if (!lines.MoveNext())
                throw new InvalidDataException($"{PathOf("images")}: line {number}: expected the image's key points on the next line, got the end of the file");
            yield return Image(number, line, lines.Current.Text);
        }
    }

    private ColmapImage Image(int number, string line, string keyPoints)
    {
        var fields = new ColmapFields(PathOf("images"), number, line);
        fields.Number("an image's number", uint.MaxValue);
        var numbers = new double[7];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = fields.Double("an image's pose");
        var pose = new ColmapPose(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
        var camera = (uint)fields.Number("an image's camera", uint.MaxValue);
        var name = fields.IsEmpty ? throw fields.Wrong("an image's name", "") : fields.Rest;
        var points = new List<ulong>();
        fields = new ColmapFields(PathOf("images"), number + 1, keyPoints);
        while (!fields.IsEmpty)
        {
            fields.Double("a key point's x");
            fields.Double("a key point's y");
            if (fields.Number("a key point's 3-D point", long.MaxValue) is >= 0 and var point)
                points.Add((ulong)point);
        }
        return new ColmapImage(name, pose, camera, points);
    }

    private static bool IsRemark(string line) => line.Length == 0 || line[0] == '#';

    private IEnumerable<(int Number, string Text)> Records(string file) => Lines(file).Where(line => !IsRemark(line.Text));

    private IEnumerable<(int Number, string Text)> Lines(string file)
    {
        var path = PathOf(file);
        if (new FileInfo(path).Length is > LargestFile and var length)
            throw new InvalidDataException($"{path}: a text file of {length} bytes, expected at most {LargestFile}: turn the model into its binary form (colmap model_converter)");
        return File.ReadLines(path).Select((line, index) => (index + 1, line.Trim()));
    }
}
