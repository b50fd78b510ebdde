using System.Text.Json;

namespace Retrieval.Index.Format;

/// <summary>What an index says about its descriptors, as a JSON object of strings: model, whitening, scales, and so on.</summary>
internal static class IndexProvenance
{
    /// <summary>The most bytes that the text may take.</summary>
    public const int ByteLimit = 1 << 20;

    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> entries)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in entries)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        return buffer.Length <= ByteLimit
            ? buffer.ToArray()
            : throw new ArgumentException($"provenance: expected at most {ByteLimit} bytes of text, got {buffer.Length}");
    }

    /// <exception cref="FormatException">The text is not a JSON object of strings.</exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            return ReadObject(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException("the provenance is not valid JSON", exception);
        }
    }

    private static Dictionary<string, string> ReadObject(ref Utf8JsonReader reader)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("the provenance is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                throw new FormatException($"the provenance's '{key}' is not a string");
            entries[key] = reader.GetString()!;
        }
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read()
            ? entries
            : throw new FormatException("the provenance is not one JSON object");
    }
}
