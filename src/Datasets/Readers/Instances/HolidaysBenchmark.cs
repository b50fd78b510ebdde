using System.Text.Json;
using Retrieval.Evaluation;

namespace Retrieval.Datasets.Readers;

/// <summary>
/// INRIA Holidays: images named by numbers, a hundred to a group, the first of a group (…00) its query. "original" shows the photographs
/// as their files say; "upright" turns those first that a list names: networks do not know that a picture lies on its side.
/// </summary>
public static class HolidaysBenchmark
{
    /// <summary>The list's name, beside the images: a JSON object of file names and degrees with the clock, 90, 180 or 270.</summary>
    public const string RotationsFile = "holidays-rotate.yaml";

    private const int QueryPlace = 0, GroupSpan = 100, QuarterDegrees = 90;
    private const string Example = "100401.jpg";

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads the folder.</summary>
    /// <param name="root">Holds the images, in itself or below, and for upright ones the list.</param>
    /// <param name="upright">Whether images are turned as the list says.</param>
    /// <exception cref="IOException">There is no such folder or no list.</exception>
    /// <exception cref="InvalidDataException">A group has no query or nothing to find, or the list is damaged.</exception>
    public static InstanceBenchmark Read(string root, bool upright)
    {
        var images = NumberedImages.Read(root, Example);
        int[] numbers = [.. images.Select(image => image.Number)];
        foreach (var group in numbers.GroupBy(number => number / GroupSpan))
            if (group.Count() != group.Distinct().Count() || group.Count() < 2 || group.Min() % GroupSpan != QueryPlace)
                throw new InvalidDataException($"{root}: group {group.Key}: expected a query {group.Key}00 and other images of the group, each once, got {string.Join(", ", group)}");
        var turns = upright ? QuarterTurns(Path.Combine(root, RotationsFile), images) : null;
        return new InstanceBenchmark("holidays", "Holidays", [.. images.Select(image => new ImageItem(image.Path, Cluster: image.Number / GroupSpan))],
            [.. Enumerable.Range(0, images.Count)], Holidays.QueryIndices(numbers), [(upright ? "upright" : "original", Holidays.GroundTruth(numbers))], ScoringRules.Holidays, turns);
    }

    private static int[] QuarterTurns(string path, IReadOnlyList<(string Folder, int Number, string Path)> images)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: upright Holidays needs the list of images to turn there, as in the published code of MultiGrain; or evaluate the original images", path);
        var placeOf = images.Index().ToDictionary(item => Path.GetFileName(item.Item.Path), item => item.Index, StringComparer.Ordinal);
        var turns = new int[images.Count];
        foreach (var (name, degrees) in Entries(path))
        {
            if (degrees is not (0 or 90 or 180 or 270))
                throw new InvalidDataException($"{path}: expected 0, 90, 180 or 270 degrees for {Shown.Text(name)}, got {degrees}");
            if (placeOf.TryGetValue(name, out var place))
                turns[place] = degrees / QuarterDegrees;
        }
        return turns;
    }

    private static List<(string Name, int Degrees)> Entries(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return [.. document.RootElement.EnumerateObject().Select(entry => (entry.Name, entry.Value.GetInt32()))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: expected an object of file names and degrees, such as {{ \"100600.jpg\": 90 }}: {exception.Message}", exception);
        }
    }
}
