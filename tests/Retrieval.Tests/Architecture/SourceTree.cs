namespace Retrieval.Tests.Architecture;

/// <summary>The repository's files by path (forward slashes, relative to the root), from the disk or made up, with the text of those that are text: every rule reads this and nothing else.</summary>
internal sealed class SourceTree(IReadOnlyDictionary<string, string> files)
{
    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".sln", ".props", ".ps1", ".json", ".md", ".yml", ".cu", ".cuh", ".cpp", ".h", ".cmake", ".txt", ".sh", ".py"];

    private static readonly string[] GeneratedFolders = ["bin", "obj", "out", ".git", ".vs", ".idea", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The repository that these tests were built from.</summary>
    public static SourceTree Repository { get; } = Read(FindRoot());

    /// <summary>Names of the folders under src: the rooms of the house.</summary>
    public IEnumerable<string> Rooms => Under("src/").Select(file => RoomOf(file.Key)).Distinct();

    public IEnumerable<KeyValuePair<string, string>> Under(string folder, string extension = "") =>
        files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal) && file.Key.EndsWith(extension, StringComparison.Ordinal));

    public string Text(string path) => files.GetValueOrDefault(path, "");

    /// <summary>Whether there is such a file, or a file below such a folder.</summary>
    public bool Contains(string path) => files.ContainsKey(path) || files.Keys.Any(file => file.StartsWith(path.TrimEnd('/') + '/', StringComparison.Ordinal));

    /// <summary>This tree with one file added or replaced.</summary>
    public SourceTree With(string path, string text) => new(new Dictionary<string, string>(files, StringComparer.Ordinal) { [path] = text });

    public static string RoomOf(string path) => path.Split('/')[1];

    private static SourceTree Read(string root)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var folders = new Stack<string>([root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var child in Directory.EnumerateDirectories(folder))
                if (!GeneratedFolders.Contains(Path.GetFileName(child)))
                    folders.Push(child);
            foreach (var path in Directory.EnumerateFiles(folder))
                files[Path.GetRelativePath(root, path).Replace('\\', '/')] = TextExtensions.Contains(Path.GetExtension(path)) ? File.ReadAllText(path) : "";
        }
        return new SourceTree(files);
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Retrieval.sln")))
                return folder;
        throw new DirectoryNotFoundException($"no Retrieval.sln above {AppContext.BaseDirectory}");
    }
}
