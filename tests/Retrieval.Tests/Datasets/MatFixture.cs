using System.IO.Compression;
using System.Text;

namespace Retrieval.Tests.Datasets;

/// <summary>Writes MATLAB files of version 5, as MATLAB and Octave do.</summary>
internal static class MatFixture
{
    private const int Matrix = 14, Compressed = 15, Int8 = 1, UInt16 = 4, Int32 = 5, UInt32 = 6, Double = 9, DoubleClass = 6;

    /// <summary>A file with one column of numbers, which are stored as whole numbers of 16 bits or as doubles.</summary>
    public static byte[] Column(IReadOnlyList<double> values, bool compressed = true, bool whole = true, string name = "label", int kind = DoubleClass)
    {
        using var numbers = new MemoryStream();
        using (var writer = new BinaryWriter(numbers, Encoding.ASCII, leaveOpen: true))
            foreach (var value in values)
            {
                if (whole)
                    writer.Write((ushort)value);
                else
                    writer.Write(value);
            }
        byte[] dimensions = [.. BitConverter.GetBytes(values.Count), .. BitConverter.GetBytes(1)];
        byte[] parts =
        [
            .. Element(UInt32, [(byte)kind, 0, 0, 0, 0, 0, 0, 0]), .. Element(Int32, dimensions), .. Element(Int8, Encoding.ASCII.GetBytes(name)),
            .. Element(whole ? UInt16 : Double, numbers.ToArray()),
        ];
        byte[] header = [.. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(116)), .. new byte[8], 0x00, 0x01, (byte)'I', (byte)'M'];
        return [.. header, .. compressed ? Squeezed(Element(Matrix, parts)) : Element(Matrix, parts)];
    }

    private static byte[] Element(int type, byte[] data)
    {
        // Up to four bytes stand in the tag itself.
        if (data.Length is > 0 and <= 4)
            return [.. BitConverter.GetBytes(type | (data.Length << 16)), .. data, .. new byte[4 - data.Length]];
        return [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[(8 - (data.Length % 8)) % 8]];
    }

    private static byte[] Squeezed(byte[] element)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(element);
        return [.. BitConverter.GetBytes(Compressed), .. BitConverter.GetBytes((int)stream.Length), .. stream.ToArray()];
    }
}
