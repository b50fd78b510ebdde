using System.Text;
using System.Text.Json;

namespace Retrieval.Training.Recipes;

/// <summary>Reads a recipe's JSON: every value with the line that it stands in.</summary>
internal static class RecipeText
{
    private const int ByteLimit = 1 << 20, DepthLimit = 8;

    /// <summary>The values of the file, by path.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="bytes">UTF-8.</param>
    /// <exception cref="InvalidDataException">The file is no recipe; the message names file and line.</exception>
    public static Dictionary<RecipeKey, object?> Read(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ByteLimit)
            throw new InvalidDataException($"{name}: {bytes.Length} bytes are too many for a recipe");
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        var values = new Dictionary<RecipeKey, object?>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DepthLimit });
        var tokenStart = 0L;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new FormatException("expected an object of sections");
            ReadObject(ref reader, "", values, ref tokenStart);
            while (reader.Read())
                throw new FormatException("expected nothing behind the recipe");
            return values;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{name}:{exception.LineNumber + 1}: not JSON: {exception.Message.Split(" LineNumber:")[0]}", exception);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"{name}:{Line(bytes, tokenStart)}: {exception.Message}", exception);
        }
    }

    private static void ReadObject(ref Utf8JsonReader reader, string prefix, Dictionary<RecipeKey, object?> values, ref long tokenStart)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            tokenStart = reader.TokenStartIndex;
            var path = prefix + reader.GetString();
            reader.Read();
            if (RecipeKeys.Find(path) is { } key)
            {
                using var value = JsonDocument.ParseValue(ref reader);
                if (!values.TryAdd(key, key.Read(value.RootElement)))
                    throw new FormatException($"{path}: it stands here for the second time");
            }
            else if (reader.TokenType == JsonTokenType.StartObject && RecipeKeys.IsSection(path))
            {
                ReadObject(ref reader, path + ".", values, ref tokenStart);
            }
            else
            {
                throw new FormatException(RecipeKeys.IsSection(path) ? $"{path}: expected a section {{ ... }}" : RecipeKeys.Unknown(path));
            }
        }
    }

    private static int Line(ReadOnlySpan<byte> bytes, long position) => bytes[..(int)position].Count((byte)'\n') + 1;
}
