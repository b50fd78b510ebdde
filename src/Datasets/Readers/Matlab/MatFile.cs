using System.Buffers.Binary;
using System.IO.Compression;

namespace Retrieval.Datasets.Readers.Matlab;

/// <summary>
/// The variables of a MATLAB file of version 5, as benchmarks bring labels and positions: a header of 128 bytes, then elements, each of them a
/// matrix, plain or compressed.
/// </summary>
internal static class MatFile
{
    private const int HeaderByteCount = 128, VersionAt = 124, EndianAt = 126, Version5 = 0x0100;
    private const ushort LittleEndian = 'M' << 8 | 'I';

    // zlib gives no more than 1032 bytes for one; and no benchmark's list is as large as this.
    private const long LargestExpansion = 1040, LargestByteCount = 1 << 28;

    /// <summary>All variables, in the order of the file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else; the message begins with its path.</exception>
    public static IReadOnlyList<MatMatrix> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such MATLAB file", path);
        try
        {
            return Matrices(File.ReadAllBytes(path));
        }
        catch (Exception damage) when (damage is FormatException or OverflowException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: not a usable MATLAB file: {damage.Message}", damage);
        }
    }

    private static List<MatMatrix> Matrices(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderByteCount)
            throw new FormatException($"it has {file.Length} bytes, expected a header of {HeaderByteCount}");
        int version = BinaryPrimitives.ReadUInt16LittleEndian(file[VersionAt..]), endian = BinaryPrimitives.ReadUInt16LittleEndian(file[EndianAt..]);
        if (endian != LittleEndian || version != Version5)
            throw new FormatException("expected version 5, little-endian (save with -v6 or -v7)");
        var matrices = new List<MatMatrix>();
        var reader = new MatReader(file[HeaderByteCount..]);
        while (!reader.AtEnd)
        {
            var element = reader.Next();
            matrices.Add(element.Type == MatType.Compressed ? Expanded(element.Data) : MatMatrix.Of(element));
        }
        return matrices;
    }

    private static MatMatrix Expanded(ReadOnlySpan<byte> compressed)
    {
        using var stream = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var expanded = new MemoryStream();
        var limit = Math.Min(compressed.Length * LargestExpansion, LargestByteCount);
        var buffer = new byte[1 << 16];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            expanded.Write(buffer, 0, count);
            if (expanded.Length > limit)
                throw new FormatException("a compressed element grows beyond what a list can need");
        }
        var reader = new MatReader(expanded.GetBuffer().AsSpan(0, (int)expanded.Length));
        return MatMatrix.Of(reader.Next());
    }
}
