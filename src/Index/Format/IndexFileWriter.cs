using System.Runtime.InteropServices;
using Retrieval.Index.Storage;

namespace Retrieval.Index.Format;

/// <summary>Writes an index file front to back, the header last: what was cut off cannot be taken for an index.</summary>
internal sealed unsafe class IndexFileWriter
{
    private readonly Stream _stream;
    private readonly uint[] _checksums;
    private long _position;

    private IndexFileWriter(Stream stream, long chunkCount)
    {
        _stream = stream;
        _checksums = new uint[chunkCount];
    }

    /// <summary>Writes beside the target, flushes to the disk, renames: the target is the old file or the new one, whole.</summary>
    public static void Save(FlatStore store, string path)
    {
        var partial = path + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            Write(store, stream);
            stream.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Writes an index to a stream that can seek.</summary>
    public static void Write(FlatStore store, Stream stream)
    {
        var layout = store.Layout;
        stream.Position = IndexLayout.DescriptorsAt;
        var writer = new IndexFileWriter(stream, layout.ChunkCount);
        foreach (var piece in store.Pieces)
            writer.Append((byte*)piece.Address, (long)piece.RowCount * layout.Header.Dimension * sizeof(float));
        var gap = stackalloc byte[(int)(layout.IdsAt - IndexLayout.DescriptorsAt - layout.DescriptorByteCount)];
        writer.Append(gap, layout.IdsAt - IndexLayout.DescriptorsAt - layout.DescriptorByteCount);
        writer.Append((byte*)store.Tables, layout.TablesByteCount);
        var checksums = MemoryMarshal.AsBytes(writer._checksums.AsSpan());
        stream.Write(checksums);
        Span<byte> page = stackalloc byte[IndexHeader.ByteCount];
        layout.Header.Write(page, Crc32C.Append(0, checksums));
        stream.Position = 0;
        stream.Write(page);
    }

    private void Append(byte* bytes, long byteCount)
    {
        while (byteCount > 0)
        {
            var chunk = _position / IndexLayout.ChunkByteCount;
            var count = (int)Math.Min(byteCount, ((chunk + 1) * IndexLayout.ChunkByteCount) - _position);
            var part = new ReadOnlySpan<byte>(bytes, count);
            _checksums[chunk] = Crc32C.Append(_checksums[chunk], part);
            _stream.Write(part);
            bytes += count;
            byteCount -= count;
            _position += count;
        }
    }
}
