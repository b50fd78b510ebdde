using System.CommandLine;
using Retrieval.Training.Recipes;

namespace Retrieval.Cli.Jobs;

/// <summary>An option of the command line that stands for a key of a recipe, with the key's meaning, range and default.</summary>
internal sealed class KeyOption
{
    private readonly RecipeKey _key;
    private readonly Option<string?>? _value;
    private readonly Option<bool>? _flag;
    private readonly string _meaning;

    private KeyOption(RecipeKey key, Option<string?>? value, Option<bool>? flag, string meaning) => (_key, _value, _flag, _meaning) = (key, value, flag, meaning);

    public Option Option => _value ?? (Option)_flag!;

    /// <summary>An option with a value.</summary>
    public static KeyOption Of(string name, RecipeKey key) =>
        new(key, new Option<string?>(name) { Description = $"{key.Description.TrimEnd('.')} [default: {key.Default.Trim('"')}]", HelpName = "value" }, null, "");

    /// <summary>An option without one, which sets the key to <paramref name="meaning"/>.</summary>
    public static KeyOption Flag(string name, RecipeKey key, string meaning, string description) => new(key, null, new Option<bool>(name) { Description = description }, meaning);

    /// <summary>The recipe with what the user has given.</summary>
    /// <exception cref="UsersMistakeException">Another type, or out of range.</exception>
    public Recipe Apply(Session session, Recipe recipe)
    {
        var text = _value is not null ? session.Value(_value) : session.Value(_flag!) ? _meaning : null;
        if (text is null)
            return recipe;
        try
        {
            return recipe.With(_key, text);
        }
        catch (FormatException mistake)
        {
            throw new UsersMistakeException(mistake.Message.Replace(_key.Path, Option.Name, StringComparison.Ordinal), mistake);
        }
    }
}
