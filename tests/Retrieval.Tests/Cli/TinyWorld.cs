using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>A folder with a small generated world that the command wrote, gone afterwards.</summary>
public sealed class TinyWorld : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("retrieval-world-");

    public TinyWorld()
    {
        var run = RetrievalProcess.Run("world", "--out", File("world"), "--landmarks", "14", "--test-landmarks", "2", "--views", "4", "--queries", "1", "--distractors", "2", "--size", "40x32", "--threads", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        Note = run.ErrorLines[^1];
    }

    /// <summary>What the command said of it.</summary>
    public string Note { get; }

    public string Training => File("world", "places_train.csv");

    public string Test => File("world", "places_test.csv");

    public string File(params string[] names) => Path.Combine([_folder.FullName, .. names]);

    public void Dispose() => _folder.Delete(recursive: true);
}
