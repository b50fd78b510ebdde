using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Index.Format;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>Damaged and hostile files are refused by name, quickly and without memory beyond their size.</summary>
public sealed class IndexFuzzTests : IDisposable
{
    private const int Count = 60, Dimension = 5;
    private const long MemoryLimit = 4 << 20;

    private readonly Device _device = Device.OpenCpu(1);
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _good;
    private readonly IndexLayout _layout;

    public IndexFuzzTests()
    {
        using var builder = new FlatIndexBuilder(_device, Dimension);
        builder.Provenance["model"] = "fuzzed";
        builder.Add(Fixture.Normals(1, Count, Dimension), Fixture.ShuffledIds(2, Count), [.. Enumerable.Range(0, Count).Select(row => $"label {row % 7}")], [.. Enumerable.Range(0, Count).Select(row => $"{row}.jpg")]);
        using var index = builder.Build();
        index.Save(_folder.File("good"));
        _good = File.ReadAllBytes(_folder.File("good"));
        _layout = index.Store.Layout;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        // Every byte of the header that says something, a part of all others.
        for (var at = 0; at < _good.Length; at += at is < 64 or >= 4092 and < 4100 ? 1 : at < 4092 ? 62 : 5)
        {
            var bytes = (byte[])_good.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            Refuses(bytes);
        }
    }

    [Fact]
    public void Every_shorter_and_longer_file_is_noticed()
    {
        for (var length = 0; length < _good.Length; length += length < 64 || length > _good.Length - 64 ? 1 : 37)
            Refuses(_good[..length]);
        foreach (var more in new[] { 1, 4, 64, 5000 })
            Refuses([.. _good, .. new byte[more]]);
    }

    [Fact]
    public void Random_damage_is_noticed()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 400; trial++)
        {
            var bytes = (byte[])_good.Clone();
            var at = random.Next(bytes.Length);
            var part = bytes.AsSpan(at, Math.Min(random.Next(1, 300), bytes.Length - at));
            if (random.Next(2) == 0)
                random.NextBytes(part);
            else
                part.Clear();
            if (!bytes.AsSpan().SequenceEqual(_good))
                Refuses(bytes);
        }
    }

    /// <summary>Headers whose checksums are right and whose sizes lie, each field with each value.</summary>
    [Fact]
    public void Lying_headers_are_refused()
    {
        long[] lies = [-1, 0, 1, 59, 61, 1 << 20, (1 << 20) + 1, int.MaxValue, int.MinValue, 1L << 32, 1L << 40, 1L << 61, long.MaxValue, long.MinValue];
        foreach (var (at, wide) in new[] { (12, false), (16, true), (24, false), (28, false), (32, true), (40, true), (48, true), (56, false) })
            foreach (var lie in lies)
            {
                var bytes = (byte[])_good.Clone();
                if (wide)
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), lie);
                else
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), unchecked((int)lie));
                Seal(bytes, _layout);
                // A metric is the one field for which another valid value fits the same sizes.
                if (at != 12 || unchecked((int)lie) is not (0 or 1))
                    Refuses(bytes);
            }
    }

    /// <summary>Sizes that sum to the true file size but share it out otherwise.</summary>
    [Fact]
    public void Headers_that_share_the_file_out_otherwise_are_refused()
    {
        var random = new Random(4);
        for (var trial = 0; trial < 300; trial++)
        {
            var header = _layout.Header with
            {
                Count = random.Next(Count + 20),
                Dimension = random.Next(1, 12),
                LabelCount = random.Next(10),
                LabelByteCount = random.Next(200),
                PathByteCount = random.Next(800),
                ProvenanceByteCount = random.Next(60),
            };
            var layout = new IndexLayout(header);
            if (layout.FileByteCount > _good.Length || header == _layout.Header)
                continue;
            var bytes = _good[..(int)layout.FileByteCount];
            header.Write(bytes, 0);
            Seal(bytes, layout);
            Refuses(bytes);
        }
    }

    /// <summary>Tables whose checksums are right and whose content contradicts itself.</summary>
    [Fact]
    public void Hostile_tables_are_refused()
    {
        Forged(bytes => Write(bytes, IndexLayout.DescriptorsAt + 40, BitConverter.SingleToUInt32Bits(float.NaN)), "row 2 holds NaN");
        Forged(bytes => Write(bytes, IndexLayout.DescriptorsAt + 4, BitConverter.SingleToUInt32Bits(float.NegativeInfinity)), "row 0 holds NaN");
        Forged(bytes => bytes.AsSpan((int)_layout.IdsAt, 8).CopyTo(bytes.AsSpan((int)_layout.IdsAt + 80)), "occurs twice");
        Forged(bytes => bytes[_layout.IdsAt + 7] = 0x80, "negative id");
        Forged(bytes => Write(bytes, _layout.LabelCodesAt, 7), "label number 7 of 7");
        Forged(bytes => Write(bytes, _layout.LabelCodesAt, uint.MaxValue - 1), "label number -2");
        Forged(bytes => Write(bytes, _layout.LabelOffsetsAt + 12, 1), "table of labels");
        Forged(bytes => Write(bytes, _layout.PathOffsetsAt, 1), "table of paths");
        Forged(bytes => Write(bytes, _layout.PathOffsetsAt + 8, 1 << 30), "table of paths");
        Forged(bytes => bytes[_layout.ProvenanceAt] = (byte)'[', "provenance");
        Forged(bytes => bytes[_layout.ProvenanceAt + 10] = 0xFF, "provenance");
        Forged(bytes => bytes[_layout.ProvenanceAt + 9] = (byte)'7', "provenance");
    }

    [Fact]
    public void Another_version_is_named()
    {
        var bytes = (byte[])_good.Clone();
        bytes[8] = 2;
        Seal(bytes, _layout);
        Assert.Contains("format version 2, this build reads 1", Refuses(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_damaged_part_is_named()
    {
        using var large = Fixture.Build(_device, Fixture.Normals(5, 3000, 256), 256);
        large.Save(_folder.File("large"));
        var bytes = File.ReadAllBytes(_folder.File("large"));
        bytes[IndexHeader.ByteCount + (2 * IndexLayout.ChunkByteCount) + 5] ^= 1;
        bytes[^2000] ^= 1;
        var last = large.Store.Layout.ChecksumsAt - 1;
        Assert.Contains($"bytes 2101248 to {last} (descriptors from row 2048 on)", Refuses(bytes).Message, StringComparison.Ordinal);
    }

    /// <summary>Text that is not UTF-8 is shown with replacement characters; it harms nothing.</summary>
    [Fact]
    public void Text_that_is_no_text_is_read_as_well_as_it_can_be()
    {
        var bytes = (byte[])_good.Clone();
        bytes[_layout.PathTextAt] = 0xFF;
        Seal(bytes, _layout);
        File.WriteAllBytes(_folder.File("odd"), bytes);
        using var index = FlatIndex.Open(_device, _folder.File("odd"));
        Assert.Equal("\uFFFD.jpg", index.Path(0));
    }

    /// <summary>Makes all checksums of a forged file right.</summary>
    private static void Seal(byte[] bytes, IndexLayout layout)
    {
        var checksums = new uint[layout.ChunkCount];
        for (var i = 0; i < checksums.Length; i++)
        {
            var begin = (int)IndexLayout.DescriptorsAt + (i * IndexLayout.ChunkByteCount);
            checksums[i] = Crc32C.Append(0, bytes.AsSpan(begin, Math.Min(IndexLayout.ChunkByteCount, (int)layout.ChecksumsAt - begin)));
        }
        var table = MemoryMarshal.AsBytes(checksums.AsSpan());
        table.CopyTo(bytes.AsSpan((int)layout.ChecksumsAt));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), Crc32C.Append(0, table));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4092), Crc32C.Append(0, bytes.AsSpan(0, 4092)));
    }

    private static void Write(byte[] bytes, long at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((int)at), value);

    private void Forged(Action<byte[]> forge, string complaint)
    {
        var bytes = (byte[])_good.Clone();
        forge(bytes);
        Seal(bytes, _layout);
        Assert.Contains(complaint, Refuses(bytes).Message, StringComparison.Ordinal);
    }

    private InvalidDataException Refuses(byte[] bytes)
    {
        var path = _folder.File("damaged");
        File.WriteAllBytes(path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<InvalidDataException>(() => FlatIndex.Open(_device, path).Dispose());
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MemoryLimit, "too much memory for a refusal");
        Assert.StartsWith(path + ": ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }
}
