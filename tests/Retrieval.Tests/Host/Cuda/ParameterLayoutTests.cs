using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Retrieval.Host.Backends.Cuda.Parameters;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>A kernel's parameter struct and its twin in C# are the same bytes: names, offsets, sizes.</summary>
public sealed partial class ParameterLayoutTests
{
    private static readonly Dictionary<string, Type> Twins = typeof(ReluForward).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(ReluForward).Namespace && !type.IsNested).ToDictionary(type => type.Name);

    private readonly IReadOnlyList<KernelLayout> _layouts = KernelLayout.ReadAll(TestDevices.SimulatedPtx());

    [Fact]
    public void EveryTwinIsItsKernelsStruct()
    {
        var differences = _layouts.SelectMany(Differences).ToArray();
        Assert.True(differences.Length == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void EveryTwinHasAKernel() => Assert.Empty(Twins.Keys.Except(_layouts.Select(layout => layout.Struct)));

    /// <summary>What nvcc laid out, where it has compiled the kernels.</summary>
    [Fact]
    public void TheCompilersAgree()
    {
        var compiled = CompiledParameterSizes();
        Assert.SkipUnless(compiled.Count > 0, "this build carries no kernels: there is no nvcc");
        Assert.Equal(compiled.OrderBy(entry => entry.Key), _layouts.Where(layout => layout.Entry.Length > 0).ToDictionary(layout => layout.Entry, layout => layout.ByteCount).OrderBy(entry => entry.Key));
    }

    [Fact]
    public void ADriftIsNoticed()
    {
        Assert.Empty(Differences(Layout(24, "x 0 8", "y 8 8", "packs 16 8")));
        Assert.NotEmpty(Differences(Layout(24, "y 0 8", "x 8 8", "packs 16 8")));
        Assert.NotEmpty(Differences(Layout(32, "x 0 8", "y 8 8", "packs 16 8")));
        Assert.NotEmpty(Differences(Layout(24, "x 0 8", "y 8 8")));
        Assert.NotEmpty(Differences(Layout(24, "x 0 8", "y 8 8", "packs 16 4")));
        Assert.NotEmpty(Differences(new KernelLayout("k", "NoSuchTwin", 0, [])));
    }

    private static KernelLayout Layout(int byteCount, params string[] fields) => new("k", nameof(ReluForward), byteCount,
        [.. fields.Select(field => field.Split(' ')).Select(parts => new FieldLayout(parts[0], int.Parse(parts[1]), int.Parse(parts[2])))]);

    private static IEnumerable<string> Differences(KernelLayout layout)
    {
        if (!Twins.TryGetValue(layout.Struct, out var twin))
            return [$"{layout.Struct} ({layout.Entry}) has no twin"];
        var fields = twin.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Select(field => new FieldLayout(NativeName(field), (int)Marshal.OffsetOf(twin, field.Name), Marshal.SizeOf(field.FieldType))).ToArray();
        var size = Marshal.SizeOf(twin);
        return fields.SequenceEqual(layout.Fields) && size == layout.ByteCount
            ? []
            : [$"{layout.Struct} ({layout.Entry}) is {Text(layout.ByteCount, layout.Fields)}; its twin is {Text(size, fields)}"];
    }

    private static string Text(int byteCount, IReadOnlyList<FieldLayout> fields) =>
        $"{byteCount} bytes: {string.Join(", ", fields.Select(field => $"{field.Name} {field.Offset} {field.ByteCount}"))}";

    /// <summary>RunningMean is running_mean; the field behind a property has the property's name in brackets.</summary>
    private static string NativeName(FieldInfo field) =>
        WordStart().Replace(field.Name.TrimStart('<').Split('>')[0], match => (match.Index == 0 ? "" : "_") + match.Value.ToLowerInvariant());

    private static Dictionary<string, int> CompiledParameterSizes()
    {
        var home = typeof(ReluForward).Assembly;
        var sizes = new Dictionary<string, int>();
        foreach (var name in home.GetManifestResourceNames().Where(name => name.StartsWith("ptx/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(home.GetManifestResourceStream(name)!);
            foreach (Match entry in CompiledEntry().Matches(reader.ReadToEnd()))
                sizes.Add(entry.Groups["entry"].Value, int.Parse(entry.Groups["size"].Value));
        }
        return sizes;
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordStart();

    [GeneratedRegex(@"\.visible \.entry (?<entry>\w+)\(\s*\.param \.align \d+ \.b8 \w+\[(?<size>\d+)\]\s*\)")]
    private static partial Regex CompiledEntry();
}
