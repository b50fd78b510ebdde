using Retrieval.Cli.Output;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Commands;

/// <summary>Lists the built-in recipes.</summary>
internal sealed class RecipeListCommand() : Verb("list", "List the built-in recipes")
{
    /// <inheritdoc/>
    public override int Run(Session session)
    {
        var table = new FigureTable("recipe", "", new("name", "name"), new("title", "what"), new("paper", "published"));
        foreach (var recipe in BuiltInRecipes.Names.Select(BuiltInRecipes.Find))
            table.Add(recipe.Name, recipe.Get(AboutSection.Title), recipe.Get(AboutSection.Paper));
        session.Figures.Print(table);
        return ExitCode.Done;
    }
}
