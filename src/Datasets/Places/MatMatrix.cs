using System.Buffers.Binary;
using System.Text;

namespace Retrieval.Datasets.Places;

/// <summary>
/// A matrix element of a MATLAB file, version 5: flags, extents, name, content, each a tagged piece that is filled up to 8 bytes. A tag of 8 bytes holds type and
/// length; where the length is at most 4, type, length and data may share 8 bytes.
/// </summary>
/// <param name="Value">Numbers, a text or cells; null for a structure.</param>
/// <param name="Fields">Fields of a structure, else null.</param>
internal sealed record MatMatrix(MatValue? Value, IReadOnlyDictionary<string, MatValue>? Fields)
{
    private const uint MatrixType = 14;
    private const int CellClass = 1, StructureClass = 2, TextClass = 4, LeastNumberClass = 6;

    public static MatMatrix Parse(string path, ReadOnlySpan<byte> content) => Parse(path, content, depth: 0);

    private static MatMatrix Parse(string path, ReadOnlySpan<byte> content, int depth)
    {
        var rest = new BoundedBytes(path, content);
        if (depth > 2)
            throw rest.Damaged("structures lie within each other");
        var flags = Piece(ref rest, out _, "a matrix's flags");
        var extents = Piece(ref rest, out _, "a matrix's extents");
        Piece(ref rest, out _, "a matrix's name");
        if (flags.Length != 8 || extents.Length != 8)
            throw rest.Damaged("expected matrices of two extents");
        int rows = BinaryPrimitives.ReadInt32LittleEndian(extents), columns = BinaryPrimitives.ReadInt32LittleEndian(extents[4..]);
        if (rows < 0 || columns < 0 || (long)rows * columns > content.Length)
            throw rest.Damaged($"a matrix of {rows} x {columns} does not fit into {content.Length} bytes");
        return flags[0] switch
        {
            StructureClass => new MatMatrix(null, Structure(path, ref rest, depth)),
            CellClass => new MatMatrix(new MatValue(rows, columns, null, null, Cells(path, ref rest, rows * columns, depth)), null),
            TextClass => new MatMatrix(new MatValue(rows, columns, null, Characters(ref rest), null), null),
            >= LeastNumberClass => new MatMatrix(new MatValue(rows, columns, Numbers(ref rest, rows * columns), null, null), null),
            var other => throw rest.Damaged($"a matrix of class {other}"),
        };
    }

    private static Dictionary<string, MatValue> Structure(string path, ref BoundedBytes rest, int depth)
    {
        var widths = Piece(ref rest, out _, "the length of field names");
        var width = widths.Length == 4 ? BinaryPrimitives.ReadInt32LittleEndian(widths) : 0;
        var names = Piece(ref rest, out _, "field names");
        if (width < 1 || names.Length % width != 0)
            throw rest.Damaged($"{names.Length} bytes of field names of {width} each");
        var fields = new Dictionary<string, MatValue>(StringComparer.Ordinal);
        for (var at = 0; at < names.Length; at += width)
            if (Parse(path, Matrix(ref rest), depth + 1).Value is { } value)
                fields[Encoding.ASCII.GetString(names.Slice(at, width)).TrimEnd('\0')] = value;
        return fields;
    }

    private static string[] Cells(string path, ref BoundedBytes rest, int count, int depth)
    {
        var texts = new string[count];
        for (var i = 0; i < count; i++)
            texts[i] = Parse(path, Matrix(ref rest), depth + 1).Value?.Text ?? throw rest.Damaged($"cell {i} holds no text");
        return texts;
    }

    private static string Characters(ref BoundedBytes rest)
    {
        var data = Piece(ref rest, out var type, "a text");
        return type is 4 or 17 ? Encoding.Unicode.GetString(data) : Encoding.UTF8.GetString(data);
    }

    private static double[] Numbers(ref BoundedBytes rest, int count)
    {
        var data = Piece(ref rest, out var type, "numbers");
        var size = type switch { 1 or 2 => 1, 3 or 4 => 2, 5 or 6 or 7 => 4, 9 or 12 or 13 => 8, _ => 0 };
        if (size == 0 || data.Length != (long)count * size)
            throw rest.Damaged($"{data.Length} bytes for {count} numbers of type {type}");
        var result = new double[count];
        for (var i = 0; i < count; i++)
            result[i] = Number(data.Slice(i * size, size), type);
        return result;
    }

    private static double Number(ReadOnlySpan<byte> value, uint type) => type switch
    {
        1 => (sbyte)value[0],
        2 => value[0],
        3 => BinaryPrimitives.ReadInt16LittleEndian(value),
        4 => BinaryPrimitives.ReadUInt16LittleEndian(value),
        5 => BinaryPrimitives.ReadInt32LittleEndian(value),
        6 => BinaryPrimitives.ReadUInt32LittleEndian(value),
        7 => BinaryPrimitives.ReadSingleLittleEndian(value),
        9 => BinaryPrimitives.ReadDoubleLittleEndian(value),
        12 => BinaryPrimitives.ReadInt64LittleEndian(value),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(value),
    };

    private static ReadOnlySpan<byte> Matrix(ref BoundedBytes rest)
    {
        var content = Piece(ref rest, out var type, "a matrix");
        return type == MatrixType ? content : throw rest.Damaged($"an element of type {type} where a matrix was expected");
    }

    /// <summary>The data of the next tagged piece.</summary>
    private static ReadOnlySpan<byte> Piece(ref BoundedBytes rest, out uint type, string what)
    {
        var tag = rest.UInt32(what);
        type = tag & 0xffff;
        if (tag >> 16 is > 0 and var shortLength)
            return shortLength <= 4 ? rest.Take(4, what)[..(int)shortLength] : throw rest.Damaged($"{what}: a short element of {shortLength} bytes");
        var length = rest.UInt32(what);
        var data = rest.Take(length, what);
        rest.Take(Math.Min(rest.Length, (8 - (length % 8)) % 8), what);
        return data;
    }
}
