using System.Buffers.Binary;

namespace Retrieval.Datasets.Readers.Matlab;

/// <summary>Goes through elements one by one. Each begins with its type and its length in bytes; short ones have both in four bytes and their data in the next four.</summary>
internal ref struct MatReader(ReadOnlySpan<byte> bytes)
{
    private const int TagByteCount = 8, ShortTagByteCount = 4, Alignment = 8;

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <exception cref="FormatException">The element is cut off.</exception>
    public MatElement Next()
    {
        if (_rest.Length < TagByteCount)
            throw new FormatException("it is cut off");
        var first = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        if (first >> 16 is > 0 and var shortLength)
        {
            if (shortLength > TagByteCount - ShortTagByteCount)
                throw new FormatException($"a short element claims {shortLength} bytes");
            var element = new MatElement((MatType)(first & 0xFFFF), _rest.Slice(ShortTagByteCount, (int)shortLength));
            _rest = _rest[TagByteCount..];
            return element;
        }
        var type = (MatType)first;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_rest[ShortTagByteCount..]);
        if (length > _rest.Length - TagByteCount)
            throw new FormatException($"an element claims {length} bytes, {_rest.Length - TagByteCount} are left");
        var data = _rest.Slice(TagByteCount, (int)length);
        // Compressed elements follow each other without gaps.
        var taken = type == MatType.Compressed ? TagByteCount + (long)length : TagByteCount + ((length + (long)Alignment - 1) / Alignment * Alignment);
        _rest = _rest[(int)Math.Min(taken, _rest.Length)..];
        return new MatElement(type, data);
    }
}
