using System.Text.Json;
using Retrieval.Evaluation.GroundTruths;

namespace Retrieval.Datasets.Readers;

/// <summary>A landmark benchmark: queries with boxes, a database, and which images of it are easy, hard and junk answers.</summary>
public sealed class LandmarkBenchmark
{
    private const string ImageFolder = "jpg";

    private LandmarkBenchmark(string name, IReadOnlyList<ImageItem> database, IReadOnlyList<LandmarkQuery> queries, RevisitedGroundTruth groundTruth) =>
        (Name, Database, Queries, GroundTruth) = (name, database, queries, groundTruth);

    public string Name { get; }

    public IReadOnlyList<ImageItem> Database { get; }

    public IReadOnlyList<LandmarkQuery> Queries { get; }

    public RevisitedGroundTruth GroundTruth { get; }

    /// <summary>
    /// Reads a ground truth in the JSON form of revisited Oxford and Paris: <c>imlist</c>, <c>qimlist</c>, and for each query
    /// in <c>gnd</c> its <c>bbx</c> and the <c>easy</c>, <c>hard</c> and <c>junk</c> indices into <c>imlist</c>.
    /// </summary>
    /// <param name="groundTruthPath">Such as <c>gnd_roxford5k.json</c>: the name is what follows <c>gnd_</c>.</param>
    /// <param name="imageRoot">Folder of the images, which may have any usual extension; null for <c>jpg</c> beside the file.</param>
    /// <exception cref="IOException">The file, the folder or some of the images are missing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or contradicts itself.</exception>
    public static LandmarkBenchmark Read(string groundTruthPath, string? imageRoot = null)
    {
        var file = Parse(groundTruthPath);
        if (file.Answers.Length != file.QueryNames.Length)
            throw new InvalidDataException($"{groundTruthPath}: qimlist has {file.QueryNames.Length} queries, gnd has answers for {file.Answers.Length}");
        var images = new NamedImages(imageRoot ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(groundTruthPath))!, ImageFolder));
        var database = images.Find(groundTruthPath, "imlist", file.DatabaseNames);
        var queries = images.Find(groundTruthPath, "qimlist", file.QueryNames);
        var name = Path.GetFileNameWithoutExtension(groundTruthPath);
        return new LandmarkBenchmark(
            name.StartsWith("gnd_", StringComparison.Ordinal) ? name[4..] : name,
            [.. database.Select(path => new ImageItem(path))],
            [.. queries.Select((path, query) => Query(groundTruthPath, query, path, file.Answers[query]))],
            GroundTruthOf(groundTruthPath, file));
    }

    private static LandmarkGroundTruthFile Parse(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such ground-truth file", path);
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, LandmarkGroundTruthContext.Default.LandmarkGroundTruthFile)
                ?? throw new InvalidDataException($"{path}: expected a JSON object with imlist, qimlist and gnd, got null");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path}: expected JSON with imlist, qimlist and gnd of bbx, easy, hard and junk; {problem.Message}", problem);
        }
    }

    private static LandmarkQuery Query(string source, int query, string path, LandmarkGroundTruthFile.Entry? answers)
    {
        if (answers is null)
            throw new InvalidDataException($"{source}: gnd has null for query {query}");
        return new LandmarkQuery(new ImageItem(path, Box: Box(source, query, answers.Box)), answers.Easy, answers.Hard, answers.Junk);
    }

    private static QueryBox? Box(string source, int query, float[]? box) => box switch
    {
        null => null,
        [var left, var top, var right, var bottom] when left < right && top < bottom && box.All(float.IsFinite) => new QueryBox(left, top, right, bottom),
        _ => throw new InvalidDataException($"{source}: the bbx of query {query} must be left, top, right, bottom with left < right and top < bottom, got {string.Join(", ", box.Take(5))}"),
    };

    private static RevisitedGroundTruth GroundTruthOf(string source, LandmarkGroundTruthFile file)
    {
        try
        {
            return new RevisitedGroundTruth(
                file.DatabaseNames.Length,
                Array.ConvertAll(file.Answers, answers => answers!.Easy),
                Array.ConvertAll(file.Answers, answers => answers!.Hard),
                Array.ConvertAll(file.Answers, answers => answers!.Junk));
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException($"{source}: {problem.Message}", problem);
        }
    }
}
