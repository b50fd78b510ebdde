using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Retrieval.Datasets.Places;

/// <summary>An array of numbers or texts in NumPy's format, versions 1 to 3, little-endian, row-major; nothing that would need unpickling.</summary>
internal sealed partial class NpyArray
{
    private readonly string _path;
    private readonly byte[] _data;
    private readonly char _kind;
    private readonly int _size;

    private NpyArray(string path, char kind, int size, int[] shape, byte[] data) => (_path, _kind, _size, Shape, _data) = (path, kind, size, shape, data);

    /// <summary>Extents, outermost first; none for a single value.</summary>
    public int[] Shape { get; }

    private int Count => Shape.Aggregate(1, (count, extent) => count * extent);

    /// <exception cref="InvalidDataException">The bytes are no such array.</exception>
    public static NpyArray Parse(string path, ReadOnlySpan<byte> bytes)
    {
        var rest = new BoundedBytes(path, bytes);
        if (rest.Take(1, "the signature")[0] != 0x93 || !rest.Take(5, "the signature").SequenceEqual("NUMPY"u8))
            throw rest.Damaged("it does not begin with NumPy's signature");
        var version = rest.Take(2, "the version")[0];
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(rest.Take(2, "the header's length")) : rest.UInt32("the header's length");
        var header = Encoding.UTF8.GetString(rest.Take(length, "the header"));
        var match = Header().Match(header);
        if (version is < 1 or > 3 || !match.Success)
            throw rest.Damaged($"header {Readers.Shown.Text(header)}: expected little-endian numbers or texts in row-major order");
        var kind = match.Groups["kind"].Value[0];
        var size = int.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture) * (kind == 'U' ? sizeof(uint) : 1);
        int[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(extent => int.Parse(extent, CultureInfo.InvariantCulture))];
        var count = shape.Aggregate(1L, (product, extent) => Math.Min(int.MaxValue, product * extent));
        if (count * size != rest.Length)
            throw rest.Damaged($"{count} values of {size} bytes are announced, but {rest.Length} bytes follow");
        return new NpyArray(path, kind, size, shape, rest.Take(rest.Length, "the values").ToArray());
    }

    /// <summary>Numbers as doubles.</summary>
    /// <exception cref="InvalidDataException">They are of another kind.</exception>
    public double[] Doubles()
    {
        if ((_kind, _size) is not (('f', 8) or ('f', 4) or ('i', 8) or ('i', 4)))
            throw new InvalidDataException($"{_path}: expected numbers of 4 or 8 bytes, got kind '{_kind}' of {_size}");
        var result = new double[Count];
        for (var i = 0; i < result.Length; i++)
        {
            var value = _data.AsSpan(i * _size, _size);
            result[i] = (_kind, _size) switch
            {
                ('f', 8) => BinaryPrimitives.ReadDoubleLittleEndian(value),
                ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(value),
                ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(value),
                _ => BinaryPrimitives.ReadInt32LittleEndian(value),
            };
        }
        return result;
    }

    /// <summary>Texts, without the zeros that fill them up.</summary>
    /// <exception cref="InvalidDataException">They are numbers, or a character does not exist.</exception>
    public string[] Texts()
    {
        if (_kind != 'U')
            throw new InvalidDataException($"{_path}: expected texts, got kind '{_kind}'");
        var encoding = new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true);
        try
        {
            return [.. Enumerable.Range(0, Count).Select(i => encoding.GetString(_data, i * _size, _size).TrimEnd('\0'))];
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_path}: damaged: a text holds a character that does not exist", exception);
        }
    }

    [GeneratedRegex(@"^\{'descr': '[<|=](?<kind>[fiU])(?<size>\d{1,6})', 'fortran_order': False, 'shape': \((?<shape>(\d{1,9}(, ?\d{1,9})*,?)?)\), \}\s*$")]
    private static partial Regex Header();
}
