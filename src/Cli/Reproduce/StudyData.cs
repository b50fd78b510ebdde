namespace Retrieval.Cli.Reproduce;

/// <summary>What studies call their data.</summary>
internal static class StudyData
{
    /// <summary>For tables: the photographs' folder or list, or the world.</summary>
    public static string Name(string? photographs) => photographs is null ? "world" : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(photographs));
}
