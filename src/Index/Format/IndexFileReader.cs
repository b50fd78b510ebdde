using System.IO.MemoryMappedFiles;
using Retrieval.Host;
using Retrieval.Index.Storage;

namespace Retrieval.Index.Format;

/// <summary>
/// Opens an index file in place: maps it, holds every byte against its checksum, then checks what the bytes mean. Nothing
/// is allocated by a size that the file's own length does not bear out.
/// </summary>
internal static unsafe class IndexFileReader
{
    /// <exception cref="InvalidDataException">The file is torn, damaged or no index file; the message begins with its path.</exception>
    public static FlatStore Open(Device device, string path)
    {
        using var stream = Stream(path);
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var (layout, checksumOfChecksums) = ReadLayout(stream);
            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = file.CreateViewAccessor(0, layout.FileByteCount, MemoryMappedFileAccess.Read);
            var address = view.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)view.PointerOffset;
            RefuseDamage(device, layout, (byte*)address, checksumOfChecksums);
            var pieces = DescriptorPiece.Cut(address + (nint)IndexLayout.DescriptorsAt, layout.Header.Count, layout.Header.Dimension);
            return new FlatStore(device, layout, pieces, address + (nint)layout.IdsAt, [view, file]);
        }
        catch (Exception exception)
        {
            view?.Dispose();
            file?.Dispose();
            if (IsDamage(exception))
                throw Unusable(path, exception);
            throw;
        }
    }

    /// <summary>Reads the first page alone.</summary>
    /// <exception cref="InvalidDataException">The file is torn or no index file; the message begins with its path.</exception>
    public static IndexHeader ReadHeader(string path)
    {
        using var stream = Stream(path);
        try
        {
            return ReadLayout(stream).Layout.Header;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Unusable(path, exception);
        }
    }

    private static FileStream Stream(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private static bool IsDamage(Exception exception) => exception is FormatException or OverflowException or EndOfStreamException;

    private static InvalidDataException Unusable(string path, Exception exception) => new($"{path}: not a usable index file: {exception.Message}", exception);

    private static (IndexLayout Layout, uint ChecksumOfChecksums) ReadLayout(FileStream stream)
    {
        if (stream.Length < IndexHeader.ByteCount)
            throw new FormatException($"it has {stream.Length} bytes, an index file has at least {IndexHeader.ByteCount}");
        Span<byte> page = stackalloc byte[IndexHeader.ByteCount];
        stream.ReadExactly(page);
        var (header, checksumOfChecksums) = IndexHeader.Read(page);
        var layout = new IndexLayout(header);
        return layout.FileByteCount == stream.Length
            ? (layout, checksumOfChecksums)
            : throw new FormatException($"its header promises {layout.FileByteCount} bytes, it has {stream.Length}: copy the file again, or index again");
    }

    private static void RefuseDamage(Device device, IndexLayout layout, byte* file, uint checksumOfChecksums)
    {
        var checksums = (uint*)(file + layout.ChecksumsAt);
        var table = 0u;
        // Chunk by chunk, as the table of a large file passes the longest span.
        for (long i = 0; i < layout.ChunkCount; i++)
            table = Crc32C.Append(table, new ReadOnlySpan<byte>(checksums + i, sizeof(uint)));
        if (table != checksumOfChecksums)
            throw new FormatException("its checksums do not match their own checksum: copy the file again, or index again");
        var damaged = long.MaxValue;
        device.ParallelFor(checked((int)layout.ChunkCount), new CheckChunk(layout, file, checksums, &damaged));
        if (damaged < long.MaxValue)
            throw new FormatException($"{layout.Describe(damaged)} do not match their checksum: copy the file again, or index again");
    }

    /// <summary>Notes the first chunk that does not match its checksum.</summary>
    private readonly struct CheckChunk(IndexLayout layout, byte* file, uint* checksums, long* damaged) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            var begin = IndexLayout.DescriptorsAt + ((long)index * IndexLayout.ChunkByteCount);
            var byteCount = (int)Math.Min(IndexLayout.ChunkByteCount, layout.ChecksumsAt - begin);
            if (Crc32C.Append(0, new ReadOnlySpan<byte>(file + begin, byteCount)) == checksums[index])
                return;
            long seen;
            while ((seen = Volatile.Read(ref *damaged)) > index && Interlocked.CompareExchange(ref *damaged, index, seen) != seen)
            {
                // Another thread noted a chunk in between: compare again.
            }
        }
    }
}
