using System.Buffers.Binary;

namespace Retrieval.Datasets.Places;

/// <summary>Bytes of a file that may be damaged: whatever is read is first held against what is there.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="bytes">A part of it, or what a part was unpacked to.</param>
internal ref struct BoundedBytes(string path, ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Length => _rest.Length;

    public ReadOnlySpan<byte> Take(long count, string what)
    {
        if (count < 0 || count > _rest.Length)
            throw Damaged($"{what} needs {count} bytes, but only {_rest.Length} are left");
        var result = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return result;
    }

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint), what));

    public readonly InvalidDataException Damaged(string problem) => new($"{path}: damaged or not what it should be: {problem}");
}
