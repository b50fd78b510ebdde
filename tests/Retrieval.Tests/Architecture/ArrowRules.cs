using System.Text.RegularExpressions;

namespace Retrieval.Tests.Architecture;

/// <summary>Who may use whom. The arrows are drawn once, in the table of docs/architecture.md; each rule returns one line per arrow that is not.</summary>
internal static partial class ArrowRules
{
    public const string Drawing = "docs/architecture.md";

    /// <summary>Rows "| room | what it holds | may use |": each room with the rooms that its arrows lead to.</summary>
    public static Dictionary<string, string[]> DrawnArrows(SourceTree tree) => DrawnRoom().Matches(tree.Text(Drawing)).ToDictionary(
        row => row.Groups["room"].Value,
        row => row.Groups["targets"].Value is "nothing of ours" ? [] : row.Groups["targets"].Value.Split(", "));

    /// <summary>Rooms without a row, and rows without a room.</summary>
    public static IEnumerable<string> RoomsMatchTheDrawing(SourceTree tree)
    {
        var drawn = DrawnArrows(tree);
        return tree.Rooms.Except(drawn.Keys).Select(room => $"src/{room} is not drawn in {Drawing}")
            .Concat(drawn.Keys.Except(tree.Rooms).Select(room => $"{Drawing} draws {room}, which does not exist"));
    }

    public static IEnumerable<string> ProjectReferencesAreDrawn(SourceTree tree)
    {
        var drawn = DrawnArrows(tree);
        return from project in tree.Under("src/", ".csproj")
               let room = SourceTree.RoomOf(project.Key)
               from Match reference in ProjectReference().Matches(project.Value)
               let target = reference.Groups["room"].Value
               where !drawn.GetValueOrDefault(room, []).Contains(target)
               select $"{project.Key} references {target}: the arrow {room} -> {target} is not drawn in {Drawing}";
    }

    public static IEnumerable<string> NamespacesAreDrawn(SourceTree tree)
    {
        var drawn = DrawnArrows(tree);
        var rooms = tree.Rooms.ToHashSet();
        return from file in tree.Under("src/", ".cs")
               let room = SourceTree.RoomOf(file.Key)
               from target in RoomNamespace().Matches(file.Value).Select(match => match.Groups["room"].Value).Distinct()
               where target != room && rooms.Contains(target) && !drawn.GetValueOrDefault(room, []).Contains(target)
               select $"{file.Key} names Retrieval.{target}: the arrow {room} -> {target} is not drawn in {Drawing}";
    }

    /// <summary>A file's namespace starts with its room's, else the rule above could be walked around.</summary>
    public static IEnumerable<string> NamespacesFollowFolders(SourceTree tree) =>
        from file in tree.Under("src/", ".cs")
        from Match declaration in NamespaceDeclaration().Matches(file.Value)
        let room = "Retrieval." + SourceTree.RoomOf(file.Key)
        let name = declaration.Groups["name"].Value
        where name != room && !name.StartsWith(room + ".", StringComparison.Ordinal)
        select $"{file.Key} declares the namespace {name}, expected {room} or one below it";

    /// <summary>Native declarations stand in Interop folders; the island in Host is seen by the CUDA backend alone, each other one by its own room.</summary>
    public static IEnumerable<string> InteropIsAnIsland(SourceTree tree)
    {
        foreach (var (path, text) in tree.Under("src/", ".cs"))
        {
            var room = SourceTree.RoomOf(path);
            if (NativeDeclaration().IsMatch(text) && !path.Contains("/Interop/", StringComparison.Ordinal))
                yield return $"{path} declares or looks up a native function outside an Interop folder";
            foreach (var island in InteropNamespace().Matches(text).Select(match => match.Groups["room"] is { Success: true } named ? named.Value : room).Distinct())
                if (!IsOnIsland(path, island))
                    yield return $"{path} names Retrieval.{island}.Interop, which is not visible from there";
        }
    }

    private static bool IsOnIsland(string path, string island) => path.StartsWith($"src/{island}/Interop/", StringComparison.Ordinal)
        || path.StartsWith(island == "Host" ? "src/Host/Backends/Cuda/" : $"src/{island}/", StringComparison.Ordinal);

    [GeneratedRegex(@"^\| (?<room>\w+) \|[^|]*\| (?<targets>nothing of ours|\w+(, \w+)*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex DrawnRoom();

    [GeneratedRegex(@"<ProjectReference\s[^>]*Include=""[^""]*?(?<room>\w+)[\\/]Retrieval\.\w+\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\bRetrieval\.(?<room>[A-Z]\w*)")]
    private static partial Regex RoomNamespace();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    // By its full name, or from inside its room by the end of it.
    [GeneratedRegex(@"\bRetrieval\.(?<room>\w+)\.Interop\b|(?<![\w./])Interop\.[A-Z]")]
    private static partial Regex InteropNamespace();

    [GeneratedRegex(@"\[\s*(LibraryImport|DllImport)\b|\bNativeLibrary\.(Load|TryLoad|GetExport|TryGetExport)\b")]
    private static partial Regex NativeDeclaration();
}
