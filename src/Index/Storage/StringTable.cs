using System.Text;

namespace Retrieval.Index.Storage;

/// <summary>Strings as UTF-8 text end to end, with the text's offsets [count + 1] in front; an empty string stands for none.</summary>
internal readonly unsafe struct StringTable(long* offsets, byte* text, long count)
{
    /// <summary>Bytes of the longest string.</summary>
    public const int ByteLimit = ushort.MaxValue;

    public string? this[long index] =>
        offsets[index + 1] == offsets[index] ? null : Encoding.UTF8.GetString(text + offsets[index], (int)(offsets[index + 1] - offsets[index]));

    /// <summary>Whether every string lies within the text, in order, and none is longer than a string can be.</summary>
    public bool IsWithin(long textByteCount)
    {
        if (offsets[0] != 0 || offsets[count] != textByteCount)
            return false;
        for (long i = 0; i < count; i++)
            if (offsets[i + 1] < offsets[i] || offsets[i + 1] > textByteCount || offsets[i + 1] - offsets[i] > ByteLimit)
                return false;
        return true;
    }

    /// <summary>Bytes that the text of some strings takes.</summary>
    public static long TextByteCount(IReadOnlyList<string?> strings)
    {
        var total = 0L;
        for (var i = 0; i < strings.Count; i++)
            total += Encoding.UTF8.GetByteCount(strings[i] ?? "");
        return total;
    }

    /// <summary>Writes strings into tables of the sizes that they need.</summary>
    public static void Write(IReadOnlyList<string?> strings, long* offsets, byte* text)
    {
        offsets[0] = 0;
        for (var i = 0; i < strings.Count; i++)
        {
            var value = strings[i] ?? "";
            var byteCount = Encoding.UTF8.GetByteCount(value);
            offsets[i + 1] = offsets[i] + Encoding.UTF8.GetBytes(value, new Span<byte>(text + offsets[i], byteCount));
        }
    }
}
