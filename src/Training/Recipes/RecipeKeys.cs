using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Training.Recipes;

/// <summary>All keys of recipes.</summary>
public static class RecipeKeys
{
    private static readonly Dictionary<string, RecipeKey> ByPath;
    private static readonly HashSet<string> Sections;

    static RecipeKeys()
    {
        All = [.. AboutSection.Keys, .. NetworkSection.Keys, .. DataSection.Keys, .. SamplingSection.Keys, .. LossSection.Keys, .. OptimizerSection.Keys, .. ScheduleSection.Keys, .. EvaluationSection.Keys];
        ByPath = All.ToDictionary(key => key.Path, StringComparer.Ordinal);
        Sections = All.SelectMany(key => Parents(key.Path)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>In the order in which recipes are written.</summary>
    public static IReadOnlyList<RecipeKey> All { get; }

    /// <summary>The key of a path, or null.</summary>
    public static RecipeKey? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>Whether a path is a section of keys.</summary>
    internal static bool IsSection(string path) => Sections.Contains(path);

    /// <summary>The complaint about a path that is no key: names its neighbours.</summary>
    internal static string Unknown(string path)
    {
        var section = path;
        do
            section = section.LastIndexOf('.') is >= 0 and var dot ? section[..dot] : "";
        while (section.Length > 0 && !IsSection(section));
        var known = All.Select(key => key.Path).Where(known => section.Length == 0 || known.StartsWith(section + ".", StringComparison.Ordinal))
            .Select(known => known[(section.Length == 0 ? 0 : section.Length + 1)..].Split('.')[0]).Distinct();
        return $"{path}: unknown key, expected one of {string.Join(", ", known)}{(section.Length == 0 ? "" : $" in '{section}'")}";
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var dot = path.IndexOf('.'); dot >= 0; dot = path.IndexOf('.', dot + 1))
            yield return path[..dot];
    }
}
