using System.Text;
using System.Text.Json;

namespace Retrieval.Training.Recipes;

/// <summary>
/// All settings of a training run in one readable file: network, data, sampling, losses, optimiser, schedule, evaluation. What a file does not
/// hold has its default. Immutable.
/// </summary>
public sealed class Recipe
{
    private readonly Dictionary<RecipeKey, object?> _values;

    private Recipe(string name, Dictionary<RecipeKey, object?> values) => (Name, _values) = (name, values);

    /// <summary>Nothing but defaults.</summary>
    public static Recipe Empty { get; } = new("", []);

    /// <summary>What messages call it: the built-in recipe's name, or the file.</summary>
    public string Name { get; }

    /// <summary>Reads a recipe.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="utf8">The JSON.</param>
    /// <exception cref="InvalidDataException">An unknown key, another type, a value out of range, or no JSON: one line with file, line, key and the allowed range.</exception>
    public static Recipe Parse(string name, ReadOnlySpan<byte> utf8) => new(name, RecipeText.Read(name, utf8));

    /// <summary>Reads a recipe's file.</summary>
    public static Recipe Load(string path) => Parse(path, File.ReadAllBytes(path));

    /// <summary>The value of a key.</summary>
    public T Get<T>(RecipeKey<T> key) => _values.TryGetValue(key, out var value) ? (T)value! : key.Otherwise;

    /// <summary>Whether the recipe holds a key of its own.</summary>
    public bool Holds(RecipeKey key) => _values.ContainsKey(key);

    /// <summary>The recipe with another value, which is in range.</summary>
    public Recipe With<T>(RecipeKey<T> key, T value) => With(key, (object?)value);

    /// <summary>The recipe with another value, as a command line gives it: <c>key=value</c>.</summary>
    /// <exception cref="FormatException">No such key, or a value of another type or out of range.</exception>
    public Recipe With(string assignment)
    {
        var parts = assignment.Split('=', 2);
        if (parts.Length != 2)
            throw new FormatException($"expected <key>=<value>, got '{assignment}'");
        var path = parts[0].Trim();
        return With(RecipeKeys.Find(path) ?? throw new FormatException(RecipeKeys.Unknown(path)), parts[1].Trim());
    }

    /// <summary>The recipe with another value, as a command line gives it.</summary>
    /// <exception cref="FormatException">Another type, or out of range.</exception>
    public Recipe With(RecipeKey key, string text)
    {
        try
        {
            using var value = JsonDocument.Parse(text);
            return With(key, key.Read(value.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            // No JSON, or JSON of another type, such as the size 64: the text itself may be meant.
            using var value = JsonDocument.Parse(JsonSerializer.Serialize(text));
            return With(key, key.Read(value.RootElement));
        }
    }

    /// <summary>Every key's value as JSON, by path: what makes two recipes the same.</summary>
    public IReadOnlyDictionary<string, string> Values => RecipeKeys.All.ToDictionary(key => key.Path, key => _values.TryGetValue(key, out var value) ? key.Write(value) : key.Default);

    /// <summary>The keys that the recipe holds, as the JSON that <see cref="Parse"/> reads.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            Write(json, "", RecipeKeys.All.Where(Holds));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void Write(Utf8JsonWriter json, string prefix, IEnumerable<RecipeKey> keys)
    {
        foreach (var group in keys.GroupBy(key => key.Path[prefix.Length..].Split('.')[0]))
        {
            json.WritePropertyName(group.Key);
            if (RecipeKeys.Find(prefix + group.Key) is { } key)
            {
                json.WriteRawValue(key.Write(_values[key]));
                continue;
            }
            json.WriteStartObject();
            Write(json, $"{prefix}{group.Key}.", group);
            json.WriteEndObject();
        }
    }

    private Recipe With(RecipeKey key, object? value) => new(Name, new Dictionary<RecipeKey, object?>(_values) { [key] = value });
}
