using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;

namespace Retrieval.Datasets.Readers;

/// <summary>
/// INRIA Copydays: originals (200000.jpg) in the folder itself, their altered copies (200000.jpg, or 200001.jpg and on) in folders below,
/// each of which is a variant: strong, crops/10, jpeg/3 and so on. A copy asks for its original. Images of a folder "distractors" join the
/// database. A variant's figures are over its own queries: the others have nothing to find in it.
/// </summary>
public static class CopydaysBenchmark
{
    private const string Example = "200000.jpg", Distractors = "distractors";
    private const int GroupSpan = 100;

    /// <summary>Reads the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A name is no number, a copy has no original, or there are no originals or no copies.</exception>
    public static InstanceBenchmark Read(string root)
    {
        var images = NumberedImages.Read(root, Example);
        var originals = images.Where(image => image.Folder.Length == 0).ToArray();
        var distractors = images.Where(image => IsDistractor(image.Folder)).ToArray();
        var copies = images.Where(image => image.Folder.Length > 0 && !IsDistractor(image.Folder)).ToArray();
        if (originals.Length == 0 || copies.Length == 0)
            throw new InvalidDataException($"{root}: expected originals such as {Example} and folders of their copies, got {originals.Length} originals and {copies.Length} copies");
        if (Array.Find(originals, image => image.Number % GroupSpan != 0) is { Path: { } stray })
            throw new InvalidDataException($"{root}: expected originals whose number ends in 00, got {Shown.Text(Path.GetFileName(stray))}");
        var originalOf = originals.Index().ToDictionary(item => item.Item.Number / GroupSpan, item => item.Index);
        if (Array.Find(copies, copy => !originalOf.ContainsKey(copy.Number / GroupSpan)) is { Path: { } orphan })
            throw new InvalidDataException($"{root}: {Shown.Text(Path.GetRelativePath(root, orphan))} is a copy of no original");

        var databaseCount = originals.Length + distractors.Length;
        var variants = copies.Select(copy => copy.Folder).Distinct().Select(folder => ((string?)folder, (IGroundTruth)new ListedGroundTruth(databaseCount,
            [.. copies.Select(copy => (int[])(copy.Folder == folder ? [originalOf[copy.Number / GroupSpan]] : []))])));
        return new InstanceBenchmark("copydays", "Copydays", [.. originals.Concat(distractors).Concat(copies).Select(image => new ImageItem(image.Path))],
            [.. Enumerable.Range(0, databaseCount)], [.. Enumerable.Range(databaseCount, copies.Length)], [.. variants], ScoringRules.Holidays);
    }

    private static bool IsDistractor(string folder) => folder.Split('/')[0] == Distractors;
}
