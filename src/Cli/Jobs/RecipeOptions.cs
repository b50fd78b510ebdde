using System.CommandLine;
using Retrieval.Training.Recipes;

namespace Retrieval.Cli.Jobs;

/// <summary>The two options that name a recipe and change any key of it.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string?> _recipe = new("--recipe") { Description = "A built-in recipe ('retrieval recipe list'), or a recipe's file" };
    private readonly Option<string[]> _set = new("--set") { Description = "<key>=<value> of the recipe, any number of times ('retrieval recipe show' names the keys)", DefaultValueFactory = _ => [] };

    public IEnumerable<Option> All => [_recipe, _set];

    /// <summary>Whether the user has named a recipe or a key.</summary>
    public bool AreGiven(Session session) => session.Value(_recipe) is not null || session.Value(_set)!.Length > 0;

    /// <summary>The named recipe as it is; nothing but defaults where none is named.</summary>
    public Recipe Find(Session session) => session.Value(_recipe) is { } name ? BuiltInRecipes.Find(name) : Recipe.Empty;

    /// <summary>The recipe with the keys that the user has set.</summary>
    /// <exception cref="UsersMistakeException">An option is not a key's value, or names no key.</exception>
    public Recipe Set(Session session, Recipe recipe)
    {
        try
        {
            return session.Value(_set)!.Aggregate(recipe, (changed, assignment) => changed.With(assignment));
        }
        catch (FormatException mistake)
        {
            throw new UsersMistakeException($"--set: {mistake.Message}", mistake);
        }
    }
}
