using System.IO.Compression;

namespace Retrieval.Datasets.Places;

/// <summary>The first structure of a MATLAB file, version 5: fields that hold numbers, texts, or cells of texts.</summary>
internal static class MatFile
{
    private const int HeaderLength = 128, MostUnpackedBytes = 1 << 30;
    private const uint MatrixType = 14, CompressedType = 15;

    /// <exception cref="InvalidDataException">The file is damaged or of another kind.</exception>
    public static IReadOnlyDictionary<string, MatValue> ReadStructure(string path)
    {
        var rest = new BoundedBytes(path, File.ReadAllBytes(path));
        var header = rest.Take(HeaderLength, "the header");
        if (!header.StartsWith("MATLAB 5.0"u8) || header[126] != (byte)'I' || header[127] != (byte)'M')
            throw rest.Damaged("expected a little-endian MATLAB file of version 5");
        while (rest.Length > 0)
        {
            uint type = rest.UInt32("an element's type"), length = rest.UInt32("an element's length");
            var element = rest.Take(length, "an element");
            var matrix = type == CompressedType ? Unpack(path, element) : type == MatrixType ? element : [];
            if (matrix.Length > 0 && MatMatrix.Parse(path, matrix) is { Fields: { } fields })
                return fields;
        }
        throw rest.Damaged("it holds no structure");
    }

    /// <summary>A compressed element holds one other, of which the content is returned.</summary>
    private static ReadOnlySpan<byte> Unpack(string path, ReadOnlySpan<byte> packed)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var source = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            for (int count; (count = source.Read(buffer)) > 0;)
            {
                unpacked.Write(buffer.AsSpan(0, count));
                if (unpacked.Length > MostUnpackedBytes)
                    throw new InvalidDataException($"{path}: an element unpacks to more than {MostUnpackedBytes >> 20} MB: damaged?");
            }
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: damaged: an element cannot be unpacked", exception);
        }
        var rest = new BoundedBytes(path, unpacked.ToArray());
        uint type = rest.UInt32("a type"), length = rest.UInt32("a length");
        return type == MatrixType ? rest.Take(length, "a matrix") : [];
    }
}
