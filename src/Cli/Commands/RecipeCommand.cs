using System.Diagnostics;

namespace Retrieval.Cli.Commands;

/// <summary>The recipes: which there are, what is in one, whether a file is one.</summary>
internal sealed class RecipeCommand : Verb
{
    public RecipeCommand() : base("recipe", "List, show and check the recipes of training runs")
    {
        foreach (var topic in (Verb[])[new RecipeListCommand(), new RecipeShowCommand(), new RecipeCheckCommand()])
            Subcommands.Add(topic);
    }

    /// <inheritdoc/>
    public override int Run(Session session) => throw new UnreachableException("the command line asks for one of the topics before");
}
