using System.Buffers.Binary;
using System.Text;

namespace Retrieval.Datasets.Readers.Matlab;

/// <summary>A variable of a MATLAB file, or what a cell or a structure's field holds. What it is not is null.</summary>
/// <param name="Name">The variable's name; empty within another.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
internal sealed record MatMatrix(string Name, int Rows, int Columns)
{
    // Of the classes that there are, objects, sparse matrices, functions and the like are not read.
    private const int CellClass = 1, StructureClass = 2, TextClass = 4, FirstNumericClass = 6, LastNumericClass = 15, ComplexFlag = 0x800;

    /// <summary>Cells within structures within cells: deeper than any benchmark's.</summary>
    private const int DeepestNesting = 4;

    /// <summary>Real numbers [Rows, Columns], column by column.</summary>
    public double[]? Numbers { get; private init; }

    public string? Text { get; private init; }

    /// <summary>Cells [Rows, Columns], column by column.</summary>
    public MatMatrix[]? Cells { get; private init; }

    /// <summary>Fields of a structure, by name.</summary>
    public IReadOnlyDictionary<string, MatMatrix>? Fields { get; private init; }

    /// <summary>Parses a matrix's element: flags, dimensions, name, content.</summary>
    /// <exception cref="FormatException">It is damaged, or of a kind that is not read.</exception>
    public static MatMatrix Of(MatElement element) => Of(element, depth: 0);

    private static MatMatrix Of(MatElement element, int depth)
    {
        if (element.Type != MatType.Matrix)
            throw new FormatException($"expected a matrix, got an element of type {(int)element.Type}");
        if (depth > DeepestNesting)
            throw new FormatException("its variables lie too deep within each other");
        var parts = new MatReader(element.Data);
        var flags = parts.Next();
        if (flags.Type != MatType.UInt32 || flags.Data.Length != 8)
            throw new FormatException("a matrix has no flags");
        var kind = BinaryPrimitives.ReadUInt32LittleEndian(flags.Data);
        var (rows, columns) = Dimensions(parts.Next());
        var matrix = new MatMatrix(Encoding.ASCII.GetString(parts.Next().Data), rows, columns);
        return (int)(kind & 0xFF) switch
        {
            CellClass => matrix with { Cells = ReadCells(ref parts, (long)rows * columns, depth) },
            StructureClass when (rows, columns) == (1, 1) => matrix with { Fields = ReadFields(ref parts, depth) },
            TextClass => matrix with { Text = ReadText(parts.Next()) },
            >= FirstNumericClass and <= LastNumericClass when (kind & ComplexFlag) == 0 => matrix with { Numbers = ReadNumbers(parts.Next(), rows, columns) },
            var other => throw new FormatException($"expected real numbers, texts, cells or single structures, got a variable of class {other}"),
        };
    }

    private static (int Rows, int Columns) Dimensions(MatElement element)
    {
        if (element.Type != MatType.Int32 || element.Data.Length != 8)
            throw new FormatException("expected matrices of two dimensions");
        int rows = BinaryPrimitives.ReadInt32LittleEndian(element.Data), columns = BinaryPrimitives.ReadInt32LittleEndian(element.Data[4..]);
        return rows >= 0 && columns >= 0 ? (rows, columns) : throw new FormatException($"a matrix claims to be {rows} x {columns}");
    }

    private static MatMatrix[] ReadCells(ref MatReader parts, long count, int depth)
    {
        var cells = new List<MatMatrix>();
        while (cells.Count < count)
            cells.Add(Of(parts.Next(), depth + 1));
        return [.. cells];
    }

    private static Dictionary<string, MatMatrix> ReadFields(ref MatReader parts, int depth)
    {
        var widths = parts.Next().Data;
        var width = widths.Length == 4 ? BinaryPrimitives.ReadInt32LittleEndian(widths) : 0;
        var names = parts.Next().Data;
        if (width < 1 || names.Length % width != 0)
            throw new FormatException($"{names.Length} bytes of field names of {width} each");
        var fields = new Dictionary<string, MatMatrix>(StringComparer.Ordinal);
        for (var at = 0; at < names.Length; at += width)
            fields[Encoding.ASCII.GetString(names.Slice(at, width)).TrimEnd('\0')] = Of(parts.Next(), depth + 1);
        return fields;
    }

    private static string ReadText(MatElement element) => element.Type switch
    {
        MatType.UInt16 or MatType.Utf16 => Encoding.Unicode.GetString(element.Data),
        MatType.Int8 or MatType.UInt8 or MatType.Utf8 => Encoding.UTF8.GetString(element.Data),
        _ => throw new FormatException($"characters of type {(int)element.Type} are none that this reader knows"),
    };

    private static double[] ReadNumbers(MatElement element, int rows, int columns)
    {
        var numbers = MatNumbers.Of(element);
        return numbers.Length == (long)rows * columns ? numbers : throw new FormatException($"a matrix of {rows} x {columns} has {numbers.Length} values");
    }
}
