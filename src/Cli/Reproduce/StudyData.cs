namespace Retrieval.Cli.Reproduce;

/// <summary>What studies call their data.</summary>
internal static class StudyData
{
    /// <summary>The generated world.</summary>
    public const string World = "world";

    /// <summary>The photographs' folder or list, or the world.</summary>
    public static string Name(string? photographs) => photographs is null ? World : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(photographs));
}
