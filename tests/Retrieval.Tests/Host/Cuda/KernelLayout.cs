using System.Globalization;
using System.Text.RegularExpressions;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>
/// A struct that the host fills, as the C++ compiler laid it out: a line that the simulator's build writes. It is the
/// parameters of an entry point, or a row of a table in device memory (no entry point).
/// </summary>
internal sealed partial record KernelLayout(string Entry, string Struct, int ByteCount, IReadOnlyList<FieldLayout> Fields)
{
    /// <summary>Every layout in a folder of simulated PTX.</summary>
    public static IReadOnlyList<KernelLayout> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.ptx").SelectMany(path => Line().Matches(File.ReadAllText(path))).Select(Parse)];

    private static KernelLayout Parse(Match line) => new(line.Groups["entry"].Value, line.Groups["struct"].Value, Number(line.Groups["size"].Value),
        [.. line.Groups["field"].Captures.Select(field => field.Value.Split(' ')).Select(parts => new FieldLayout(parts[0], Number(parts[1]), Number(parts[2])))]);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // "// layout relu_forward_f32 ReluForward 24: x 0 8, y 8 8, packs 16 8", "// row OptimizerRow 64: ..."
    [GeneratedRegex(@"^// (layout (?<entry>\w+)|row) (?<struct>\w+) (?<size>\d+):(?:,? (?<field>\w+ \d+ \d+))*\r?$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
