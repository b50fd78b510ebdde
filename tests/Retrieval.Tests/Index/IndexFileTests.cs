using System.Text;
using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Index.Format;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>What is written is read back, and a target is always the old file or the new one.</summary>
public sealed class IndexFileTests : IDisposable
{
    private readonly Device _device = Device.OpenCpu(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(0, 1, SearchMetric.InnerProduct)]
    [InlineData(1, 1, SearchMetric.SquaredEuclidean)]
    [InlineData(37, 31, SearchMetric.InnerProduct)]
    [InlineData(1000, 33, SearchMetric.SquaredEuclidean)]
    [InlineData(1500, 512, SearchMetric.InnerProduct)]
    public void Reads_back_what_was_saved(int count, int dimension, SearchMetric metric)
    {
        var descriptors = Fixture.Normals(1, count, dimension);
        var ids = Fixture.ShuffledIds(2, count);
        var labels = Enumerable.Range(0, count).Select(row => row % 3 == 0 ? null : $"Landmark {row % 5} é").ToArray();
        var paths = Enumerable.Range(0, count).Select(row => row % 7 == 0 ? null : $"bilder/{row}.jpg").ToArray();
        using var builder = new FlatIndexBuilder(_device, dimension, metric);
        builder.Provenance["model"] = "resnet50-gem";
        builder.Provenance["scales"] = "1, 0.707, \"1.414\"";
        builder.Add(descriptors, ids, labels, paths);
        using var written = builder.Build();
        var path = _folder.File("a.index");
        written.Save(path);
        using var read = FlatIndex.Open(_device, path);

        Assert.Equal((count, dimension, metric), (read.Count, read.Dimension, read.Metric));
        Assert.Equal(written.Provenance, read.Provenance);
        var row32 = new float[dimension];
        for (var row = 0; row < count; row++)
        {
            Assert.Equal((ids[row], labels[row], paths[row]), (read.Id(row), read.Label(row), read.Path(row)));
            Assert.Equal(row, read.RowOf(ids[row]));
            read.CopyDescriptor(row, row32);
            Assert.Equal(descriptors.AsSpan(row * dimension, dimension).ToArray(), row32);
        }
        Assert.Equal(-1, read.RowOf(long.MaxValue));
        var queries = Fixture.Normals(3, 3, dimension);
        Assert.Equal(written.Search(queries, 10).Ids, read.Search(queries, 10).Ids);
        Assert.Equal(written.Search(queries, 10).Scores, read.Search(queries, 10).Scores);
        Assert.Equal(["a.index"], _folder.Files());
    }

    [Fact]
    public void The_same_index_gives_the_same_file_from_memory_and_from_a_mapping()
    {
        using var index = Sample(300);
        index.Save(_folder.File("a"));
        using var read = FlatIndex.Open(_device, _folder.File("a"));
        read.Save(_folder.File("b"));
        // Over the file that it is mapped from.
        read.Save(_folder.File("a"));
        Assert.Equal(File.ReadAllBytes(_folder.File("b")), File.ReadAllBytes(_folder.File("a")));
        Assert.Equal(index.Search([1f, 2, 3], 5).Ids, read.Search([1f, 2, 3], 5).Ids);
    }

    [Fact]
    public void An_index_without_labels_and_paths_stores_none()
    {
        using var index = Fixture.Build(_device, [1, 2, 3, 4], 2);
        index.Save(_folder.File("a"));
        using var read = FlatIndex.Open(_device, _folder.File("a"));
        Assert.Equal((null, null), (read.Label(1), read.Path(1)));
        Assert.Empty(read.Provenance);
        Assert.Equal(4096 + 64 + 64 + 64 + 4, new FileInfo(_folder.File("a")).Length);
    }

    [Fact]
    public void Descriptors_are_aligned_and_read_where_they_are_mapped()
    {
        using (var index = Sample(5000))
            index.Save(_folder.File("a"));
        var rented = _device.Arena.RentedByteCount;
        using var read = FlatIndex.Open(_device, _folder.File("a"));
        Assert.Equal(rented, _device.Arena.RentedByteCount);
        Assert.Equal(0, read.Store.Pieces[0].Address % 64);
    }

    [Fact]
    public void A_write_that_ends_early_leaves_the_old_file_and_nothing_that_opens()
    {
        using var old = Sample(50);
        using var next = Sample(70);
        var (target, partial) = (_folder.File("a"), _folder.File("a.partial"));
        old.Save(target);
        using var whole = new MemoryStream();
        WriteTo(next, whole);
        for (var limit = 0L; limit < whole.Length; limit += limit < 200 || limit % 4096 < 8 ? 1 : 97)
        {
            using (var stream = new EndingStream(partial, limit))
                Assert.Throws<IOException>(() => WriteTo(next, stream));
            Assert.Throws<InvalidDataException>(() => FlatIndex.Open(_device, partial).Dispose());
            using var read = FlatIndex.Open(_device, target);
            Assert.Equal(50, read.Count);
        }
        next.Save(target);
        using var replaced = FlatIndex.Open(_device, target);
        Assert.Equal(70, replaced.Count);
        Assert.Equal(["a"], _folder.Files());
    }

    [Fact]
    public void A_disposed_index_says_so()
    {
        var index = Sample(3);
        index.Dispose();
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => index.Search([1f, 2, 3], 1));
        Assert.Throws<ObjectDisposedException>(() => index.Id(0));
        Assert.Throws<ObjectDisposedException>(() => index.Save(_folder.File("a")));
    }

    [Fact]
    public void A_missing_file_is_missing() =>
        Assert.Throws<FileNotFoundException>(() => FlatIndex.Open(_device, _folder.File("none")));

    [Fact]
    public void The_checksum_is_the_published_one()
    {
        Assert.Equal(0xE3069283, Crc32C.Append(0, "123456789"u8));
        Assert.Equal(0x8A9136AA, Crc32C.Append(0, new byte[32]));
        var text = Encoding.UTF8.GetBytes("some text that is longer than one word of eight bytes");
        for (var cut = 0; cut <= text.Length; cut++)
            Assert.Equal(Crc32C.Append(0, text), Crc32C.Append(Crc32C.Append(0, text.AsSpan(0, cut)), text.AsSpan(cut)));
    }

    private FlatIndex Sample(int count)
    {
        using var builder = new FlatIndexBuilder(_device, 3);
        builder.Provenance["model"] = "sample";
        builder.Add(Fixture.Normals(count, count, 3), default, [.. Enumerable.Range(0, count).Select(row => $"l{row % 4}")], [.. Enumerable.Range(0, count).Select(row => $"{row}.png")]);
        return builder.Build();
    }

    private static void WriteTo(FlatIndex index, Stream stream) => IndexFileWriter.Write(index.Store, stream);

    /// <summary>A file on which no byte more than a limit can be written, as when the process is killed there.</summary>
    private sealed class EndingStream(string path, long limit) : FileStream(path, FileMode.Create)
    {
        private long _left = limit;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            base.Write(buffer[..count]);
            _left -= count;
            if (count < buffer.Length)
                throw new IOException("ended");
        }
    }
}
