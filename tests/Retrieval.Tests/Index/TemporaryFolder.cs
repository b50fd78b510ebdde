namespace Retrieval.Tests.Index;

/// <summary>A folder of a test's own, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("retrieval-index-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    public string[] Files() => [.. Directory.GetFiles(Root).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
