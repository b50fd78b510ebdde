using System.Text.Json;

namespace Retrieval.Training.Recipes;

/// <summary>A key whose values are of a type.</summary>
/// <param name="path">Section and name.</param>
/// <param name="otherwise">The value of recipes that do not hold it.</param>
/// <param name="range">What values it takes, in words.</param>
/// <param name="description">What it means.</param>
/// <param name="parse">A value from its JSON, or nothing where the type is another or the value out of range; it may throw an <see cref="ArgumentException"/> that says more.</param>
public sealed class RecipeKey<T>(string path, T otherwise, string range, string description, Func<JsonElement, (bool IsGood, T Value)> parse)
    : RecipeKey(path, range, description)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public T Otherwise { get; } = otherwise;

    /// <inheritdoc/>
    public override string Default => Write(Otherwise);

    /// <inheritdoc/>
    internal override object? Read(JsonElement value)
    {
        try
        {
            return parse(value) is (true, var good) ? good : throw Refuse(value.GetRawText());
        }
        catch (ArgumentException complaint)
        {
            throw new FormatException($"{Path}: {complaint.Message}", complaint);
        }
    }

    /// <inheritdoc/>
    internal override string Write(object? value) => JsonSerializer.Serialize((T?)value, Json);
}
