using System.Buffers;

namespace Retrieval.Imaging.Codecs;

/// <summary>
/// The bytes of a whole file in a rented buffer. A file is read rather than mapped, so that one that shrinks while it is
/// decoded is an error and not a fault in native code.
/// </summary>
internal sealed class ImageFileBytes : IDisposable
{
    /// <summary>Larger files are refused: no picture that fits the pixel limit needs as much.</summary>
    internal const long LargestFile = 1L << 30;

    private byte[]? _buffer;

    private ImageFileBytes(byte[] buffer, int length) => (_buffer, Memory) = (buffer, buffer.AsMemory(0, length));

    internal ReadOnlyMemory<byte> Memory { get; }

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is too large to be a picture.</exception>
    internal static ImageFileBytes Read(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        if (length > LargestFile)
            throw new InvalidDataException($"{path}: the file has {length} bytes; images over {LargestFile} bytes are not read");
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, 1));
        var filled = 0;
        try
        {
            while (filled < length && RandomAccess.Read(file, buffer.AsSpan(filled, (int)length - filled), filled) is var read and > 0)
                filled += read;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
        return new ImageFileBytes(buffer, filled);
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }
}
