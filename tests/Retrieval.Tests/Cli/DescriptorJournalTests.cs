using Retrieval.Cli;
using Retrieval.Cli.Jobs;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The side file of an extraction: what counts after damage, and where a run goes on.</summary>
public sealed class DescriptorJournalTests : IDisposable
{
    private const int Dimension = 3, ImageCount = 20, RecordByteCount = 4 + (Dimension * 4) + 4;

    private static readonly Dictionary<string, string> Settings = new() { ["model"] = "a.safetensors", ["size"] = "224x224" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("retrieval-journal-");

    private string JournalPath => Path.Combine(_folder.FullName, "a.partial-descriptors");

    [Fact]
    public void What_was_appended_is_read_back()
    {
        Write(0, 2, 1, 19);
        using var journal = Open();
        Assert.Equal(4, journal.Count);
        Assert.Equal([0, 1, 2, 19], Enumerable.Range(0, ImageCount).Where(journal.Has));
        foreach (var position in (int[])[19, 0, 2, 1])
            Assert.Equal(Descriptor(position), Read(journal, position));
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3, 4 }, 4, new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 0, 1, 2, 3 }, 0, new int[0])]
    [InlineData(new[] { 1, 3, 4, 6, 9 }, 8, new[] { 1, 3, 4, 6 })]
    [InlineData(new[] { 0, 1, 4, 6, 3, 7 }, 4, new[] { 0, 1 })]
    [InlineData(new[] { 0, 1, 4, 6, 3, 8, 9 }, 8, new[] { 0, 1, 3, 4, 6 })]
    [InlineData(new int[0], 0, new int[0])]
    public void A_run_goes_on_at_the_window_of_the_last_record(int[] positions, int resume, int[] kept)
    {
        Write(positions);
        using (var journal = Open())
        {
            Assert.Equal(resume, journal.ResumeAt(window: 4));
            Assert.Equal(kept, Enumerable.Range(0, ImageCount).Where(journal.Has));
            journal.Append(18, Descriptor(18));
            Assert.Equal(Descriptor(18), Read(journal, 18));
        }
        using var again = Open();
        Assert.Equal([.. kept, 18], Enumerable.Range(0, ImageCount).Where(again.Has));
    }

    [Fact]
    public void Records_count_up_to_the_first_bad_one()
    {
        Write(0, 1, 2, 3, 4, 5);
        var bytes = File.ReadAllBytes(JournalPath);
        var start = bytes.Length - (6 * RecordByteCount);
        for (var cut = start; cut <= bytes.Length; cut++)
        {
            File.WriteAllBytes(JournalPath, bytes[..cut]);
            using var journal = Open();
            Assert.Equal((cut - start) / RecordByteCount, journal.Count);
        }
        for (var at = start; at < bytes.Length; at += 5)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(JournalPath, damaged);
            using var journal = Open();
            Assert.Equal((at - start) / RecordByteCount, journal.Count);
        }
    }

    [Fact]
    public void Another_run_or_a_damaged_head_is_refused_in_one_line()
    {
        Write(0, 1);
        var other = new Dictionary<string, string>(Settings) { ["size"] = "64x64" };
        Assert.Contains("size: it has '224x224', now '64x64'", Assert.Throws<UsersMistakeException>(() => DescriptorJournal.Open(JournalPath, other, Dimension, ImageCount, restart: false)).Message, StringComparison.Ordinal);
        var bytes = File.ReadAllBytes(JournalPath);
        for (var at = 0; at < bytes.Length - (2 * RecordByteCount); at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x40;
            File.WriteAllBytes(JournalPath, damaged);
            Assert.Contains("--restart", Assert.Throws<UsersMistakeException>(Open).Message, StringComparison.Ordinal);
            File.WriteAllBytes(JournalPath, bytes[..Math.Max(1, at)]);
            Assert.Contains("--restart", Assert.Throws<UsersMistakeException>(Open).Message, StringComparison.Ordinal);
        }
        using var restarted = DescriptorJournal.Open(JournalPath, other, Dimension, ImageCount, restart: true);
        Assert.Equal(0, restarted.Count);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private DescriptorJournal Open() => DescriptorJournal.Open(JournalPath, Settings, Dimension, ImageCount, restart: false);

    private void Write(params int[] positions)
    {
        using var journal = Open();
        foreach (var position in positions)
            journal.Append(position, Descriptor(position));
    }

    private static float[] Descriptor(int position) => [position, -1f / (position + 1), position * position];

    private static float[] Read(DescriptorJournal journal, int position)
    {
        var descriptor = new float[Dimension];
        journal.Read(position, descriptor);
        return descriptor;
    }
}
