using System.Text.RegularExpressions;

namespace Retrieval.Tests.Architecture;

/// <summary>Order that no compiler keeps. Each rule returns one line per breach.</summary>
internal static partial class HouseRules
{
    private const int LineLimit = 400;
    private const string SettingsPage = "docs/settings.md";

    private static readonly string[] CodeFolders = ["src/", "tests/Retrieval.Tests/", "benchmarks/", "native/", "build.", "build/"];

    public static IEnumerable<string> FilesAreShort(SourceTree tree) =>
        from file in tree.Under("", ".cs").Concat(tree.Under("native/"))
        let count = file.Value.AsSpan().Count('\n')
        where count > LineLimit
        select $"{file.Key} has {count} lines, at most {LineLimit} are allowed: a room may be hiding in it";

    /// <summary>A kernel's head says how it is launched, what it moves and whether it is deterministic, and a kernel knows the common ground alone.</summary>
    public static IEnumerable<string> KernelsExplainThemselves(SourceTree tree)
    {
        foreach (var (path, text) in tree.Under("native/kernels/", ".cu"))
        {
            var head = string.Concat(text.Split('\n').TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)));
            foreach (var word in new[] { "launch", "moves", "deterministic" }.Where(word => !head.Contains(word, StringComparison.Ordinal)))
                yield return $"{path}: its head does not say '{word}'";
            foreach (Match include in Include().Matches(text))
                if (!include.Groups["what"].Value.StartsWith("\"common/", StringComparison.Ordinal))
                    yield return $"{path} includes {include.Groups["what"].Value}: kernels include common/ alone, or they compile with one compiler only";
        }
    }

    public static IEnumerable<string> ProjectsAreInTheSolution(SourceTree tree)
    {
        var solution = tree.Text("Retrieval.sln").Replace('\\', '/');
        return from project in tree.Under("", ".csproj")
               where !solution.Contains($"\"{project.Key}\"", StringComparison.Ordinal)
               select $"{project.Key} is not in Retrieval.sln";
    }

    public static IEnumerable<string> PackageVersionsAreCentral(SourceTree tree) =>
        from project in tree.Under("", ".csproj")
        from Match reference in VersionedPackage().Matches(project.Value)
        select $"{project.Key}: {reference.Value}: versions stand in Directory.Packages.props";

    public static IEnumerable<string> NothingIsLeftForLater(SourceTree tree) =>
        from folder in CodeFolders
        from file in tree.Under(folder)
        from Match marker in LeftForLater().Matches(file.Value)
        select $"{file.Key}: {marker.Value}: do it now or leave it out";

    /// <summary>Every environment variable of ours that the code names is explained on the settings page, and the page explains no other.</summary>
    public static IEnumerable<string> SettingsAreDocumented(SourceTree tree)
    {
        var read = CodeFolders.SelectMany(folder => tree.Under(folder)).Where(file => !file.Key.Contains("/Architecture/", StringComparison.Ordinal))
            .SelectMany(file => Setting().Matches(file.Value)).Select(match => match.Value).ToHashSet();
        var explained = Setting().Matches(tree.Text(SettingsPage)).Select(match => match.Value).ToHashSet();
        return read.Except(explained).Select(name => $"{name} is not explained in {SettingsPage}")
            .Concat(explained.Except(read).Select(name => $"{SettingsPage} explains {name}, which nothing reads"));
    }

    public static IEnumerable<string> LinksLeadSomewhere(SourceTree tree) =>
        from page in tree.Under("", ".md")
        from Match link in RelativeLink().Matches(page.Value)
        let target = link.Groups["target"].Value
        where !tree.Contains(Resolve(page.Key, target))
        select $"{page.Key} links to {target}, which does not exist";

    private static string Resolve(string page, string target)
    {
        var folders = new Stack<string>(page.Split('/').SkipLast(1));
        foreach (var part in target.Split('/').Where(part => part != "."))
            if (part != "..")
                folders.Push(part);
            else if (!folders.TryPop(out _))
                return target;
        return string.Join('/', folders.Reverse());
    }

    // Links with a scheme lead out of the repository; what follows a # is a place on the page.
    [GeneratedRegex(@"\]\((?<target>[^)#:\s]+)(#[^)]*)?\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"<PackageReference\s[^>]*\b(Version|VersionOverride)=""[^""]*""")]
    private static partial Regex VersionedPackage();

    [GeneratedRegex(@"^\s*#\s*include\s*(?<what>\S+)", RegexOptions.Multiline)]
    private static partial Regex Include();

    // Written so that this file does not break its own rule.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|XX[X]|Not[I]mplementedException)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"\bRETRIEVAL_[A-Z0-9_]+\b")]
    private static partial Regex Setting();
}
