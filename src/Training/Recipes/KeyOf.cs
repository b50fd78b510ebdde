using System.Globalization;
using System.Text.Json;

namespace Retrieval.Training.Recipes;

/// <summary>The kinds of keys.</summary>
internal static class KeyOf
{
    private const int TextLimit = 300, ListLimit = 1000;

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static RecipeKey<double> Number(string path, double otherwise, double least, double most, string description) =>
        new(path, otherwise, Invariant($"a number from {least} to {most}"), description, value => Within(value, least, most) is { } number ? (true, number) : default);

    /// <summary>As <see cref="Number"/>, or null.</summary>
    public static RecipeKey<double?> NumberOrNull(string path, double least, double most, string description) =>
        new(path, null, Invariant($"a number from {least} to {most}, or null"), description,
            value => value.ValueKind == JsonValueKind.Null ? (true, null) : Within(value, least, most) is { } number ? (true, number) : default);

    /// <summary>A whole number.</summary>
    public static RecipeKey<int> Integer(string path, int otherwise, int least, int most, string description) =>
        new(path, otherwise, Invariant($"a whole number from {least} to {most}"), description,
            value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? (true, number) : default);

    /// <summary>Yes or no.</summary>
    public static RecipeKey<bool> Flag(string path, bool otherwise, string description) =>
        new(path, otherwise, "true or false", description, value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? (true, value.GetBoolean()) : default);

    /// <summary>One of a few words.</summary>
    public static RecipeKey<string> Word(string path, string otherwise, IReadOnlyList<string> words, string description) =>
        new(path, otherwise, $"one of {string.Join(", ", words)}", description,
            value => value.ValueKind == JsonValueKind.String && value.GetString() is { } word && words.Contains(word, StringComparer.Ordinal) ? (true, word) : default);

    /// <summary>A text of a form.</summary>
    /// <param name="path">Section and name.</param>
    /// <param name="otherwise">Without the key.</param>
    /// <param name="form">The form, in words.</param>
    /// <param name="description">What it means.</param>
    /// <param name="check">Throws an <see cref="ArgumentException"/> for a text of another form.</param>
    public static RecipeKey<string> Text(string path, string otherwise, string form, string description, Action<string>? check = null) =>
        new(path, otherwise, form, description, value => value.ValueKind == JsonValueKind.String && IsText(value.GetString()!, check) ? (true, value.GetString()!) : default);

    /// <summary>A list of numbers.</summary>
    public static RecipeKey<IReadOnlyList<double>> Numbers(string path, IReadOnlyList<double> otherwise, double least, double most, string description) =>
        new(path, otherwise, Invariant($"a list of numbers from {least} to {most}"), description, value =>
        {
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > ListLimit)
                return default;
            var numbers = value.EnumerateArray().Select(item => Within(item, least, most)).ToArray();
            return numbers.Contains(null) ? default : (true, (IReadOnlyList<double>)[.. numbers.Select(number => number!.Value)]);
        });

    private static double? Within(JsonElement value, double least, double most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number : null;

    private static bool IsText(string text, Action<string>? check)
    {
        if (text.Length > TextLimit || text.Any(char.IsControl))
            return false;
        check?.Invoke(text);
        return true;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
