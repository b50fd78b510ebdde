using Retrieval.Evaluation;

namespace Retrieval.Datasets.Readers;

/// <summary>UKBench: objects photographed four times each, in images with consecutive numbers.</summary>
public static class UkbenchBenchmark
{
    private const string Example = "ukbench00012.jpg";

    /// <summary>Reads the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A name is no number, or an object's four images are not all there.</exception>
    public static InstanceBenchmark Read(string root)
    {
        var images = NumberedImages.Read(root, Example);
        if (images.GroupBy(image => image.Number / Ukbench.GroupSize).FirstOrDefault(group => group.Select(image => image.Number).Distinct().Count() != Ukbench.GroupSize) is { } torn)
        {
            var first = torn.Key * Ukbench.GroupSize;
            throw new InvalidDataException($"{root}: object {torn.Key}: expected the images {first} to {first + Ukbench.GroupSize - 1}, got {string.Join(", ", torn.Select(image => image.Number))}");
        }
        var inOrder = images.OrderBy(image => image.Number).ToArray();
        int[] all = [.. Enumerable.Range(0, inOrder.Length)];
        return new InstanceBenchmark("ukbench", "UKBench", [.. inOrder.Select(image => new ImageItem(image.Path, Cluster: image.Number / Ukbench.GroupSize))],
            all, all, [(null, Ukbench.GroundTruth(inOrder.Length))], Ukbench.Rules);
    }
}
