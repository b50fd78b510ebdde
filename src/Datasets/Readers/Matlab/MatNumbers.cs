using System.Buffers.Binary;

namespace Retrieval.Datasets.Readers.Matlab;

/// <summary>Numbers of an element. MATLAB stores whole ones in the smallest type that holds them, whatever the matrix's class.</summary>
internal static class MatNumbers
{
    /// <exception cref="FormatException">They are of no type that is known, or cut off.</exception>
    public static double[] Of(MatElement element) => element.Type switch
    {
        MatType.Int8 => Convert(element.Data, 1, data => (sbyte)data[0]),
        MatType.UInt8 => Convert(element.Data, 1, data => data[0]),
        MatType.Int16 => Convert(element.Data, 2, data => BinaryPrimitives.ReadInt16LittleEndian(data)),
        MatType.UInt16 => Convert(element.Data, 2, data => BinaryPrimitives.ReadUInt16LittleEndian(data)),
        MatType.Int32 => Convert(element.Data, 4, data => BinaryPrimitives.ReadInt32LittleEndian(data)),
        MatType.UInt32 => Convert(element.Data, 4, data => BinaryPrimitives.ReadUInt32LittleEndian(data)),
        MatType.Single => Convert(element.Data, 4, data => BinaryPrimitives.ReadSingleLittleEndian(data)),
        MatType.Double => Convert(element.Data, 8, BinaryPrimitives.ReadDoubleLittleEndian),
        MatType.Int64 => Convert(element.Data, 8, data => BinaryPrimitives.ReadInt64LittleEndian(data)),
        MatType.UInt64 => Convert(element.Data, 8, data => BinaryPrimitives.ReadUInt64LittleEndian(data)),
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
