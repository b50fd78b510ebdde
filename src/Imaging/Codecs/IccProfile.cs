using System.Buffers.Binary;

namespace Retrieval.Imaging.Codecs;

/// <summary>
/// Recognises the profiles that say sRGB. Most photographs on the web carry one: converting them through it would change
/// pixels by rounding alone, and published descriptors were computed without.
/// </summary>
internal static class IccProfile
{
    private const int TagTable = 128;
    private const int TagEntry = 12;
    private const int MostTags = 100;

    /// <summary>Whether the profile's description (tag <c>desc</c>, in Latin or UTF-16) names sRGB.</summary>
    internal static bool IsSrgb(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < TagTable + sizeof(uint))
            return false;
        var tags = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[TagTable..]), MostTags);
        for (var tag = 0; tag < tags; tag++)
        {
            var entry = TagTable + sizeof(uint) + (tag * TagEntry);
            if (entry + TagEntry > profile.Length)
                return false;
            if (!profile.Slice(entry, 4).SequenceEqual("desc"u8))
                continue;
            long offset = BinaryPrimitives.ReadUInt32BigEndian(profile[(entry + 4)..]);
            long length = BinaryPrimitives.ReadUInt32BigEndian(profile[(entry + 8)..]);
            if (offset + length > profile.Length)
                return false;
            var description = profile.Slice((int)offset, (int)length);
            return description.IndexOf("sRGB"u8) >= 0 || description.IndexOf("s\0R\0G\0B"u8) >= 0;
        }
        return false;
    }
}
