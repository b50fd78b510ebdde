using System.Reflection;

namespace Retrieval.Training.Recipes;

/// <summary>The recipes that come with the program.</summary>
public static class BuiltInRecipes
{
    private const string Prefix = "recipes/", Suffix = ".json";

    private static readonly Assembly Home = typeof(BuiltInRecipes).Assembly;

    /// <summary>Their names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The text of one.</summary>
    public static byte[] Text(string name)
    {
        using var stream = Home.GetManifestResourceStream(Prefix + name + Suffix)!;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    /// <summary>A built-in recipe by its name, or that of a file by its path.</summary>
    /// <exception cref="IOException">There is neither.</exception>
    /// <exception cref="InvalidDataException">The file is no recipe.</exception>
    public static Recipe Find(string nameOrPath)
    {
        if (Names.Contains(nameOrPath, StringComparer.Ordinal))
            return Recipe.Parse(nameOrPath, Text(nameOrPath));
        return File.Exists(nameOrPath)
            ? Recipe.Load(nameOrPath)
            : throw new FileNotFoundException($"{nameOrPath}: no such recipe: expected a file, or one of {string.Join(", ", Names)}", nameOrPath);
    }
}
