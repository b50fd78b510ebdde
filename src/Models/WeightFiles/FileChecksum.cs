using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Retrieval.Models.WeightFiles;

/// <summary>
/// The checksum of our own safetensors files: a last tensor that holds the SHA-256 of every byte before it, so that a flipped bit is
/// found wherever it is and other programs can still read the file.
/// </summary>
internal static class FileChecksum
{
    public const string TensorName = "file.sha256";
    public const int ByteCount = SHA256.HashSizeInBytes;

    private const int PieceByteCount = 1 << 20;

    /// <summary>The checksum of a file's first bytes.</summary>
    public static byte[] Of(SafeFileHandle file, long byteCount)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Math.Min(PieceByteCount, byteCount)];
        for (long position = 0; position < byteCount;)
        {
            var count = RandomAccess.Read(file, piece.AsSpan(0, (int)Math.Min(piece.Length, byteCount - position)), position);
            if (count == 0)
                break;
            hash.AppendData(piece, 0, count);
            position += count;
        }
        return hash.GetHashAndReset();
    }
}
