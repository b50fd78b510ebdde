using System.CommandLine;
using Retrieval.Cli.Output;
using Retrieval.Training.Recipes;

namespace Retrieval.Cli.Commands;

/// <summary>Shows a recipe: what it holds, or every key with its value, range and meaning.</summary>
internal sealed class RecipeShowCommand : Verb
{
    private readonly Argument<string> _recipe = new("recipe") { Description = "A built-in recipe or a recipe's file" };
    private readonly Option<bool> _all = new("--all") { Description = "Every key, also those that have their default" };

    public RecipeShowCommand() : base("show", "Show a recipe")
    {
        Arguments.Add(_recipe);
        Options.Add(_all);
    }

    /// <inheritdoc/>
    public override int Run(Session session)
    {
        var recipe = BuiltInRecipes.Find(session.Value(_recipe)!);
        if (!session.Value(_all))
        {
            session.Figures.PrintText(recipe.ToJson());
            return ExitCode.Done;
        }
        var table = new FigureTable("recipeKey", recipe.Name, new("key", "key"), new("value", "value"), new("range", "expected"), new("meaning", "meaning"));
        foreach (var key in RecipeKeys.All)
            table.Add(key.Path, recipe.Values[key.Path], key.Range, key.Description);
        session.Figures.Print(table);
        return ExitCode.Done;
    }
}
