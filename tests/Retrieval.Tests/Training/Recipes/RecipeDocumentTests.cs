using Retrieval.Tests.Architecture;
using Retrieval.Training.Recipes;
using Xunit;

namespace Retrieval.Tests.Training.Recipes;

/// <summary>What the pages say of recipes is what the program does.</summary>
public sealed class RecipeDocumentTests
{
    private const string Keys = "docs/recipes.md", Systems = "docs/systems.md";

    public static TheoryData<string> Published => [.. BuiltInRecipes.Names.Where(name => !name.EndsWith(".small", StringComparison.Ordinal))];

    [Fact]
    public void The_page_lists_every_key_with_range_default_and_meaning()
    {
        var rows = Rows(SourceTree.Repository.Text(Keys)).Where(row => row[0].StartsWith('`')).ToArray();
        Assert.Equal(RecipeKeys.All.Select(key => $"`{key.Path}` | {key.Range} | {key.Default} | {key.Description}"), rows.Select(row => string.Join(" | ", row)));
    }

    /// <summary>A system's settings are the values of its recipe, each with the place that it was published in.</summary>
    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_recipe_has_the_values_of_its_table(string name)
    {
        var page = SourceTree.Repository.Text(Systems);
        var heading = $"### Settings: `{name}`\n";
        Assert.Contains(heading, page, StringComparison.Ordinal);
        var section = page[(page.IndexOf(heading, StringComparison.Ordinal) + heading.Length)..];
        var rows = Rows(section.Split("\n#")[0]).Where(row => row[0].StartsWith('`')).ToArray();
        var recipe = BuiltInRecipes.Find(name);
        var held = RecipeKeys.All.Where(key => recipe.Holds(key) && !key.Path.StartsWith("about.", StringComparison.Ordinal));
        Assert.Equal(held.Select(key => $"`{key.Path}` {recipe.Values[key.Path]}"), rows.Select(row => $"{row[0]} {row[1]}"));
        Assert.All(rows, row => Assert.True(row[2].Length > 3, $"{name}: {row[0]} names no source"));
    }

    private static IEnumerable<string[]> Rows(string text) => text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line[2..^2].Split(" | "));
}
