using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Retrieval.Models.WeightFiles;

/// <summary>
/// Reads a safetensors file: 8 bytes little-endian header length, a JSON header, then raw little-endian data.
/// Every length is checked against the file's size before anything is allocated, so a damaged or hostile file is
/// refused with one <see cref="InvalidDataException"/> that names it and never costs more memory than its own size.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int PrefixByteCount = 8;
    private const int HeaderByteLimit = 64 << 20;

    private readonly FileStream _stream;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(FileStream stream, long dataStart, Dictionary<string, SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        _stream = stream;
        _dataStart = dataStart;
        _entries = entries;
        Metadata = metadata;
    }

    /// <summary>The string-to-string table stored under <c>__metadata__</c>; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <summary>The path that the file was opened with.</summary>
    public string Path => _stream.Name;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is torn, damaged or not a safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        try
        {
            return Parse(stream);
        }
        catch (Exception exception) when (exception is JsonException or EndOfStreamException or InvalidOperationException or FormatException or OverflowException)
        {
            stream.Dispose();
            throw Damaged(path, exception is JsonException ? "the header is not valid JSON" : exception.Message, exception);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file holds a tensor of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Reads a tensor as it is stored.</summary>
    /// <typeparam name="T">Must match the stored element type: float F32, double F64, long I64, int I32, byte U8, Half F16, ushort BF16.</typeparam>
    /// <exception cref="InvalidDataException">No such tensor, another element type, or a torn file.</exception>
    public T[] Read<T>(string name) where T : unmanaged
    {
        var entry = Find(name);
        var expected = ElementTypeOf<T>();
        if (entry.ElementType != expected)
            throw Damaged(Path, $"tensor '{name}' holds {entry.ElementType}, expected {expected}");
        var values = new T[entry.Count];
        ReadBytes(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads a tensor of any floating type (F32, F64, F16, BF16) as float32.</summary>
    public float[] ReadAsFloat32(string name)
    {
        return Find(name).ElementType switch
        {
            "F64" => Array.ConvertAll(Read<double>(name), value => (float)value),
            "F16" => Array.ConvertAll(Read<Half>(name), value => (float)value),
            "BF16" => Array.ConvertAll(Read<ushort>(name), value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
            _ => Read<float>(name),
        };
    }

    /// <summary>Reads the whole file and compares it with the checksum that <see cref="SafetensorsWriter"/> put at its end.</summary>
    /// <exception cref="InvalidDataException">The file has no checksum, or another one than its bytes give.</exception>
    public void VerifyChecksum()
    {
        var stored = Read<byte>(FileChecksum.TensorName);
        var coveredByteCount = _dataStart + _entries[FileChecksum.TensorName].Offset;
        if (stored.Length != FileChecksum.ByteCount || coveredByteCount + stored.Length != _stream.Length)
            throw Damaged(Path, "the checksum does not stand at its end");
        if (!FileChecksum.Of(_stream.SafeFileHandle, coveredByteCount).AsSpan().SequenceEqual(stored))
            throw Damaged(Path, "its bytes do not give the checksum that it holds: it was damaged after it was written");
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    internal static int ByteSize(string elementType) => elementType switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "U8" or "I8" or "BOOL" => 1,
        _ => throw new FormatException($"unknown element type '{elementType}'"),
    };

    internal static string ElementTypeOf<T>() => default(T) switch
    {
        float => "F32",
        double => "F64",
        long => "I64",
        int => "I32",
        byte => "U8",
        Half => "F16",
        ushort => "BF16",
        _ => throw new NotSupportedException($"no safetensors element type for {typeof(T)}"),
    };

    private static SafetensorsFile Parse(FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[PrefixByteCount];
        stream.ReadExactly(prefix);
        var headerByteCount = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerByteCount is < 2 or > HeaderByteLimit || headerByteCount > stream.Length - PrefixByteCount)
            throw new FormatException($"the header claims {headerByteCount} bytes in a file of {stream.Length}");
        var header = new byte[headerByteCount];
        stream.ReadExactly(header);
        var dataStart = PrefixByteCount + headerByteCount;
        using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                foreach (var pair in property.Value.EnumerateObject())
                    metadata[pair.Name] = pair.Value.GetString() ?? "";
            else if (!entries.TryAdd(property.Name, ParseEntry(property, stream.Length - dataStart)))
                throw new FormatException($"tensor '{property.Name}' is listed twice");
        }
        RefuseOverlaps(entries.Values);
        return new SafetensorsFile(stream, dataStart, entries, metadata);
    }

    private static SafetensorsEntry ParseEntry(JsonProperty property, long dataByteCount)
    {
        if (!property.Value.TryGetProperty("dtype", out var type) || !property.Value.TryGetProperty("shape", out var extents)
            || !property.Value.TryGetProperty("data_offsets", out var offsets) || offsets.GetArrayLength() != 2)
            throw new FormatException($"tensor '{property.Name}' lacks dtype, shape or data_offsets");
        var shape = extents.EnumerateArray().Select(extent => extent.GetInt64()).ToArray();
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        var elementType = type.GetString() ?? "";
        if (shape.Length > 8 || shape.Any(extent => extent < 0) || begin < 0 || end < begin || end > dataByteCount)
            throw new FormatException($"tensor '{property.Name}' lies outside the file");
        var expected = shape.Aggregate((long)ByteSize(elementType), (product, extent) => checked(product * extent));
        if (expected != end - begin)
            throw new FormatException($"tensor '{property.Name}' needs {expected} bytes by its shape but has {end - begin}");
        return new SafetensorsEntry(property.Name, elementType, shape, begin, end - begin);
    }

    private static void RefuseOverlaps(IEnumerable<SafetensorsEntry> entries)
    {
        var position = 0L;
        foreach (var entry in entries.Where(entry => entry.ByteCount > 0).OrderBy(entry => entry.Offset))
        {
            if (entry.Offset < position)
                throw new FormatException($"tensor '{entry.Name}' overlaps another");
            position = entry.Offset + entry.ByteCount;
        }
    }

    private static InvalidDataException Damaged(string path, string what, Exception? inner = null) =>
        new($"{path}: not a usable safetensors file: {what}", inner);

    private SafetensorsEntry Find(string name) =>
        _entries.TryGetValue(name, out var entry) ? entry : throw Damaged(Path, $"tensor '{name}' is missing");

    private void ReadBytes(SafetensorsEntry entry, Span<byte> target)
    {
        var position = _dataStart + entry.Offset;
        while (target.Length > 0)
        {
            var count = RandomAccess.Read(_stream.SafeFileHandle, target, position);
            if (count == 0)
                throw Damaged(Path, $"tensor '{entry.Name}' is cut off");
            target = target[count..];
            position += count;
        }
    }
}
