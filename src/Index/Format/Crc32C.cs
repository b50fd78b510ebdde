using System.Numerics;
using System.Runtime.InteropServices;

namespace Retrieval.Index.Format;

/// <summary>CRC-32C (Castagnoli polynomial, reflected), by the processor's own instruction where it has one.</summary>
public static class Crc32C
{
    /// <summary>Continues a checksum; 0 begins one.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var single in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, single);
        return ~crc;
    }
}
