namespace Retrieval.Host.Interop;

/// <summary>Where NVIDIA's Python wheels put their libraries: <c>nvidia/PACKAGE/lib</c> in site-packages, <c>bin</c> on Windows.</summary>
internal static class PythonWheels
{
    private static readonly string[] LibraryFolders = OperatingSystem.IsWindows() ? [Path.Combine("bin", "x86_64"), "bin"] : ["lib"];

    /// <summary>The folders of some packages that are there, first those of the active environment.</summary>
    public static IEnumerable<string> Folders(IReadOnlyCollection<string> packages) => packages.Count == 0 ? [] : SitePackages()
        .Select(site => Path.Combine(site, "nvidia"))
        .SelectMany(root => packages.SelectMany(package => LibraryFolders.Select(folder => Path.Combine(root, package, folder))))
        .Where(Directory.Exists)
        .Distinct();

    /// <summary>The library folders of all packages beside the one that a file is in; none if it is in no wheel.</summary>
    public static IEnumerable<string> Siblings(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.GetFileName(folder) == "nvidia")
                return Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                    .SelectMany(package => LibraryFolders.Select(inner => Path.Combine(package, inner))).Where(Directory.Exists);
        return [];
    }

    private static IEnumerable<string> SitePackages()
    {
        foreach (var variable in (string[])["VIRTUAL_ENV", "CONDA_PREFIX"])
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } prefix)
                foreach (var site in InPrefix(prefix))
                    yield return site;
        foreach (var prefix in UsualPrefixes())
            foreach (var site in InPrefix(prefix))
                yield return site;
    }

    private static IEnumerable<string> UsualPrefixes()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (!OperatingSystem.IsWindows())
            return [Path.Combine(home, ".local"), "/usr/local", "/usr", "/opt/conda", Path.Combine(home, "miniconda3"), Path.Combine(home, "anaconda3")];
        var programs = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Programs", "Python");
        var user = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "Python");
        return [.. Children(user, "Python3*"), .. Children(programs, "Python3*")];
    }

    private static IEnumerable<string> InPrefix(string prefix)
    {
        if (OperatingSystem.IsWindows())
            return [Path.Combine(prefix, "Lib", "site-packages"), Path.Combine(prefix, "site-packages")];
        return Children(Path.Combine(prefix, "lib"), "python3*").SelectMany(python => (string[])[Path.Combine(python, "site-packages"), Path.Combine(python, "dist-packages")]);
    }

    /// <summary>Folders by a pattern, the latest version first; none where it is not allowed to look.</summary>
    private static string[] Children(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder, pattern).OrderDescending(StringComparer.Ordinal)] : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
