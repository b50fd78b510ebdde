using System.Diagnostics;
using Retrieval.Host;
using Retrieval.Index;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>A real process that saves without end is killed again and again: the target always opens.</summary>
public sealed class IndexKillTests
{
    private const string Target = "a.index", Marker = "to-be-killed";
    private const int Dimension = 64;

    [Fact]
    public void A_killed_process_leaves_the_last_good_file()
    {
        using var folder = new TemporaryFolder();
        using var device = Device.OpenCpu(1);
        var target = folder.File(Target);
        File.WriteAllText(folder.File(Marker), "");
        var random = new Random(1);
        for (var round = 0; round < 4; round++)
        {
            File.Delete(target);
            using var process = Start(folder);
            try
            {
                Assert.True(SpinWait.SpinUntil(() => File.Exists(target), TimeSpan.FromSeconds(60)), "the other process saved nothing");
                Thread.Sleep(random.Next(50, 250));
            }
            finally
            {
                process.Kill();
                process.WaitForExit();
            }
            using var index = FlatIndex.Open(device, target);
            var found = index.Search(new float[Dimension], 1);
            Assert.Equal(index.Id(0), found.Ids[0]);
        }
    }

    /// <summary>The process that is killed: runs only with the folder that the test above has marked.</summary>
    [Fact(Explicit = true)]
    public void Saves_without_end()
    {
        var folder = Path.GetTempPath();
        Assert.SkipUnless(File.Exists(Path.Combine(folder, Marker)), "not started by the test that kills it");
        using var device = Device.OpenCpu(1);
        for (var round = 0; ; round++)
        {
            using var index = Fixture.Build(device, Fixture.Normals(round, 2000 + (round * 17 % 1000), Dimension), Dimension);
            index.Save(Path.Combine(folder, Target));
        }
    }

    private static Process Start(TemporaryFolder folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Run by the runtime's own launcher, the process is told its assembly first.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(IndexKillTests).Assembly.Location);
        foreach (var argument in new[] { "-explicit", "only", "-method", $"{typeof(IndexKillTests).FullName}.{nameof(Saves_without_end)}" })
            start.ArgumentList.Add(argument);
        // The folder is the other process's folder for temporary files, whatever the system calls that.
        foreach (var variable in new[] { "TMPDIR", "TMP", "TEMP" })
            start.Environment[variable] = folder.Root;
        return Process.Start(start)!;
    }
}
