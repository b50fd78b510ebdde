using System.Globalization;

namespace Retrieval.Cli.Bench;

/// <summary>Sizes of benchmark cases as the command line writes them: <c>100000x512x1x10,100000x512x16x10</c>.</summary>
internal static class BenchCases
{
    /// <summary>Reads the cases.</summary>
    /// <param name="text">Cases separated by commas, the sizes of each by 'x'.</param>
    /// <param name="axes">What the sizes are, for the message and their number.</param>
    /// <exception cref="ArgumentException">A case has another number of sizes, or a size is not a number above 0.</exception>
    public static int[][] Parse(string text, IReadOnlyList<string> axes)
    {
        var cases = text.Split(',').Select(one => Array.ConvertAll(one.Split('x'), Size)).ToArray();
        return Array.TrueForAll(cases, sizes => sizes.Length == axes.Count && Array.TrueForAll(sizes, size => size > 0))
            ? cases
            : throw new ArgumentException($"cases: expected <{string.Join(">x<", axes)}> above 0, several separated by commas, got '{text}'");
    }

    private static int Size(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
}
