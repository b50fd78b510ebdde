using System.Buffers.Binary;
using System.Text;

namespace Retrieval.Datasets.Readers.Matlab;

/// <summary>A matrix of real numbers.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Values">[Rows, Columns], column by column.</param>
internal sealed record MatMatrix(string Name, int Rows, int Columns, double[] Values)
{
    // Classes of numeric matrices; below them stand cells, structures, objects, text and sparse matrices.
    private const int FirstNumericClass = 6, LastNumericClass = 15, ComplexFlag = 0x800;

    /// <summary>Parses a matrix's element: flags, dimensions, name, values.</summary>
    /// <exception cref="FormatException">It is damaged, or not a matrix of real numbers.</exception>
    public static MatMatrix Of(MatElement element)
    {
        if (element.Type != MatType.Matrix)
            throw new FormatException($"expected a matrix, got an element of type {(int)element.Type}");
        var parts = new MatReader(element.Data);
        var flags = parts.Next();
        if (flags.Type != MatType.UInt32 || flags.Data.Length != 8)
            throw new FormatException("a matrix has no flags");
        var kind = BinaryPrimitives.ReadUInt32LittleEndian(flags.Data);
        if ((kind & 0xFF) is < FirstNumericClass or > LastNumericClass || (kind & ComplexFlag) != 0)
            throw new FormatException("expected matrices of real numbers, got another kind of variable");
        var (rows, columns) = Dimensions(parts.Next());
        var name = Encoding.ASCII.GetString(parts.Next().Data);
        var values = Numbers(parts.Next());
        return values.Length == (long)rows * columns
            ? new MatMatrix(name, rows, columns, values)
            : throw new FormatException($"a matrix of {rows} x {columns} has {values.Length} values");
    }

    private static (int Rows, int Columns) Dimensions(MatElement element)
    {
        if (element.Type != MatType.Int32 || element.Data.Length != 8)
            throw new FormatException("expected matrices of two dimensions");
        int rows = BinaryPrimitives.ReadInt32LittleEndian(element.Data), columns = BinaryPrimitives.ReadInt32LittleEndian(element.Data[4..]);
        return rows >= 0 && columns >= 0 ? (rows, columns) : throw new FormatException($"a matrix claims to be {rows} x {columns}");
    }

    /// <summary>MATLAB stores whole numbers in the smallest type that holds them, whatever the matrix's class.</summary>
    private static double[] Numbers(MatElement element) => element.Type switch
    {
        MatType.Int8 => Convert(element.Data, 1, data => (sbyte)data[0]),
        MatType.UInt8 => Convert(element.Data, 1, data => data[0]),
        MatType.Int16 => Convert(element.Data, 2, data => BinaryPrimitives.ReadInt16LittleEndian(data)),
        MatType.UInt16 => Convert(element.Data, 2, data => BinaryPrimitives.ReadUInt16LittleEndian(data)),
        MatType.Int32 => Convert(element.Data, 4, data => BinaryPrimitives.ReadInt32LittleEndian(data)),
        MatType.UInt32 => Convert(element.Data, 4, data => BinaryPrimitives.ReadUInt32LittleEndian(data)),
        MatType.Single => Convert(element.Data, 4, data => BinaryPrimitives.ReadSingleLittleEndian(data)),
        MatType.Double => Convert(element.Data, 8, BinaryPrimitives.ReadDoubleLittleEndian),
        _ => throw new FormatException($"values of type {(int)element.Type} are none that this reader knows"),
    };

    private static double[] Convert(ReadOnlySpan<byte> data, int size, Func<ReadOnlySpan<byte>, double> read)
    {
        if (data.Length % size != 0)
            throw new FormatException($"{data.Length} bytes are not a whole number of values of {size}");
        var values = new double[data.Length / size];
        for (var i = 0; i < values.Length; i++)
            values[i] = read(data.Slice(i * size, size));
        return values;
    }
}
