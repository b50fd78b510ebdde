using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Retrieval.Models.WeightFiles;

/// <summary>
/// Collects tensors and writes them as one safetensors file. The file is written beside its target, flushed to the
/// disk and renamed, so that whoever reads the target sees the old file or the new one, whole.
/// </summary>
public sealed class SafetensorsWriter
{
    private readonly List<Item> _tensors = [];

    /// <summary>Strings stored under <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a tensor. The values are not copied: they must not change before <see cref="Save"/>.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the number of values.</exception>
    public void Add<T>(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<T> values) where T : unmanaged
    {
        var count = 1L;
        foreach (var extent in shape)
            count = checked(count * extent);
        if (count != values.Length)
            throw new ArgumentException($"tensor '{name}': the shape asks for {count} values, got {values.Length}", nameof(values));
        _tensors.Add(new Item(name, SafetensorsFile.ElementTypeOf<T>(), shape.ToArray(), stream => stream.Write(MemoryMarshal.AsBytes(values.Span)),
            count * Marshal.SizeOf<T>()));
    }

    /// <summary>Writes the file atomically.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="checksum">Whether a checksum of the whole file is added, for <see cref="SafetensorsFile.VerifyChecksum"/>.</param>
    public void Save(string path, bool checksum = false)
    {
        var temporary = path + ".partial";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            if (checksum)
                WriteWithChecksum(stream);
            else
                Write(stream, _tensors);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private void WriteWithChecksum(Stream stream)
    {
        using var hash = SHA256.Create();
        using (var hashing = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            Write(hashing, [.. _tensors, new Item(FileChecksum.TensorName, "U8", [FileChecksum.ByteCount], _ => { }, FileChecksum.ByteCount)]);
        stream.Write(hash.Hash);
    }

    private void Write(Stream stream, IReadOnlyList<Item> tensors)
    {
        var header = Header(tensors);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in tensors)
            tensor.Write(stream);
    }

    private byte[] Header(IReadOnlyList<Item> tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in Metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.ElementType);
                json.WriteStartArray("shape");
                foreach (var extent in tensor.Shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Readers map the data section in place: keep it aligned to 8 bytes by padding the header with spaces.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private sealed record Item(string Name, string ElementType, long[] Shape, Action<Stream> Write, long ByteCount);
}
