using System.Text.Json;

namespace Retrieval.Training.Recipes;

/// <summary>A key that a recipe may hold: its place, what values it takes and what it means.</summary>
/// <param name="path">Section and name: <c>schedule.rate</c>.</param>
/// <param name="range">What values it takes, in words: <c>a number from 0 to 10</c>.</param>
/// <param name="description">What it means.</param>
public abstract class RecipeKey(string path, string range, string description)
{
    public string Path { get; } = path;

    public string Range { get; } = range;

    public string Description { get; } = description;

    /// <summary>The value of recipes that do not hold it, as JSON.</summary>
    public abstract string Default { get; }

    /// <summary>A value from its JSON.</summary>
    /// <exception cref="FormatException">Another type, or out of range; the message says what was expected and what came.</exception>
    internal abstract object? Read(JsonElement value);

    /// <summary>A value as JSON.</summary>
    internal abstract string Write(object? value);

    /// <summary>The complaint about a value.</summary>
    private protected FormatException Refuse(string came) => new($"{Path}: expected {Range}, got {came}");
}
