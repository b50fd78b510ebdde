namespace Retrieval.Tests.Datasets;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("retrieval-datasets-").FullName;

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Empty files: the readers never look inside an image.</summary>
    public void Images(params IEnumerable<string> relative)
    {
        foreach (var path in relative)
            Text(path, "");
    }

    public string Text(string relative, string text)
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
