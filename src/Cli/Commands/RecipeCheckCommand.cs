using System.CommandLine;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Commands;

/// <summary>Checks a recipe's file: keys, types, ranges, and whether the values go together.</summary>
internal sealed class RecipeCheckCommand : Verb
{
    private readonly Argument<string> _recipe = new("recipe") { Description = "A recipe's file, or a built-in recipe" };

    public RecipeCheckCommand() : base("check", "Check a recipe's file") => Arguments.Add(_recipe);

    /// <inheritdoc/>
    public override int Run(Session session)
    {
        var recipe = BuiltInRecipes.Find(session.Value(_recipe)!);
        try
        {
            NetworkSection.Create(recipe);
            RecipeTraining.Options(recipe, recipe.Get(NetworkSection.Pretrained), (ulong)session.Seed);
        }
        catch (ArgumentException mistake)
        {
            throw new UsersMistakeException($"{recipe.Name}: {mistake.Message}", mistake);
        }
        session.Progress.Note($"{recipe.Name}: a good recipe");
        return ExitCode.Done;
    }
}
