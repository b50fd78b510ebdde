using System.Security.Cryptography;
using System.Text;

namespace Retrieval.Tests.Support;

/// <summary>Damages safetensors files in ways that a disk, a transfer or an enemy would.</summary>
internal static class FileMutation
{
    private const int PrefixByteCount = 8;

    /// <summary>A copy that is cut off, has a flipped bit, claims another header length, or has another digit in its header, by turns.</summary>
    public static byte[] Of(byte[] good, Random random, int turn)
    {
        var bytes = (byte[])good.Clone();
        var headerByteCount = HeaderByteCount(good);
        switch (turn % 5)
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(PrefixByteCount + headerByteCount)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes[random.Next(PrefixByteCount + headerByteCount, bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 3:
                BitConverter.TryWriteBytes(bytes, random.NextInt64(long.MinValue, long.MaxValue));
                return bytes;
            default:
                var digits = Enumerable.Range(PrefixByteCount, headerByteCount).Where(position => char.IsAsciiDigit((char)bytes[position])).ToArray();
                var digit = digits[random.Next(digits.Length)];
                bytes[digit] = (byte)('0' + ((bytes[digit] - '0' + random.Next(1, 10)) % 10));
                return bytes;
        }
    }

    /// <summary>Makes the checksum at the end of a file fit its bytes again, so that what stands behind the checksum is reached.</summary>
    public static byte[] Sealed(byte[] bytes)
    {
        if (bytes.Length >= SHA256.HashSizeInBytes)
            SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        return bytes;
    }

    /// <summary>A sealed copy whose header has another text in the place of <paramref name="old"/>, which it must hold.</summary>
    public static byte[] WithHeaderText(byte[] good, string old, string replacement)
    {
        var header = Encoding.UTF8.GetString(good, PrefixByteCount, HeaderByteCount(good));
        if (!header.Contains(old, StringComparison.Ordinal))
            throw new ArgumentException($"the header does not hold '{old}': {header[..Math.Min(2000, header.Length)]}", nameof(old));
        var changed = Encoding.UTF8.GetBytes(header.Replace(old, replacement, StringComparison.Ordinal));
        return Sealed([.. BitConverter.GetBytes((long)changed.Length), .. changed, .. good.AsSpan(PrefixByteCount + HeaderByteCount(good))]);
    }

    private static int HeaderByteCount(byte[] bytes) => checked((int)BitConverter.ToInt64(bytes));
}
