namespace Retrieval.Training.Recipes.Sections;

/// <summary>What a recipe is, for people.</summary>
public static class AboutSection
{
    private const string Words = "a text of at most 300 letters";

    public static readonly RecipeKey<string> Title = KeyOf.Text("about.title", "", Words, "The system, in a few words.");
    public static readonly RecipeKey<string> Paper = KeyOf.Text("about.paper", "", Words, "Where it was published.");
    public static readonly RecipeKey<string> Note = KeyOf.Text("about.note", "", Words, "Where the values depart from the paper, or what data they are for.");

    internal static IReadOnlyList<RecipeKey> Keys => [Title, Paper, Note];
}
