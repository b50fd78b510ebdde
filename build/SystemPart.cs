using System.Runtime.InteropServices;

/// <summary>Something that the operating system must bring: how to see it, how to get it, what to say where that is not allowed.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="IsPresent">Whether this machine has it.</param>
/// <param name="DebianNames">Packages of which the first that exists is installed.</param>
/// <param name="HomebrewArguments">What `brew install` is given.</param>
/// <param name="DebianCompanions">Packages that are installed with it.</param>
/// <param name="IsNonFree">Whether Debian keeps it in its component for software that is not free.</param>
internal sealed record SystemPart(string Name, Func<bool> IsPresent, string[] DebianNames, string[] HomebrewArguments, string[]? DebianCompanions = null, bool IsNonFree = false)
{
    /// <summary>Debian 13 and Ubuntu 24.04 carry the t64 name.</summary>
    public static readonly SystemPart Libvips = new("libvips", HasLibvips, ["libvips42t64", "libvips42"], ["vips"]);

    public static readonly SystemPart Chromium = new("Chromium", HasChromium, ["chromium"], ["--cask", "chromium"]);

    public static readonly SystemPart CMake = new("CMake", () => Shell.Find("cmake") is not null, ["cmake"], ["cmake"]);

    public static readonly SystemPart Ninja = new("Ninja", () => Shell.Find("ninja") is not null, ["ninja-build"], ["ninja"]);

    // Debian's toolkit is 11.8, whose nvcc takes host compilers up to g++ 11.
    public static readonly SystemPart CudaToolkit = new("the CUDA toolkit", () => Shell.FindNvcc() is not null, ["nvidia-cuda-toolkit"], [], ["g++-11"], IsNonFree: true);

    /// <summary>What the simulator of kernels is built with.</summary>
    public static readonly SystemPart[] NativeTools = [new("a C++ compiler", () => Shell.Find("g++") is not null || Shell.Find("clang++") is not null, ["g++"], ["llvm"]), CMake, Ninja];

    public static bool ProvideAll(SystemPart[] parts, out string advice)
    {
        advice = "";
        foreach (var part in parts)
            if (!part.TryProvide(out advice))
                return false;
        return true;
    }

    public void Require()
    {
        if (!TryProvide(out var advice))
            throw new StepFailedException(advice);
    }

    /// <summary>True when the part is there or could be installed; else one line that says what to run.</summary>
    public bool TryProvide(out string advice)
    {
        advice = "";
        if (IsPresent())
            return true;
        Console.WriteLine($"{Name} is missing: installing it");
        if (Shell.Find("apt-get") is not null && Shell.CanAdminister)
            InstallWithApt();
        else if (Shell.Find("brew") is { } brew && HomebrewArguments.Length > 0)
            Shell.Run(brew, ["install", .. HomebrewArguments]);
        advice = $"{Name} is missing and could not be installed from here: {Cure}";
        return IsPresent();
    }

    private string Cure => OperatingSystem.IsWindows() ? $"install {Name} and put its folder on PATH."
        : OperatingSystem.IsMacOS() ? $"run: brew install {string.Join(' ', HomebrewArguments)}."
        : $"run: sudo apt-get install {DebianNames[^1]} (or your distribution's package of {Name}).";

    private void InstallWithApt()
    {
        if (IsNonFree && File.Exists("/etc/debian_version") && File.Exists(DebianSources))
            Shell.RunAsRoot("sed", "-i", "-E", "/^Components:/{/non-free( |$)/!s/$/ contrib non-free/}", DebianSources);
        Shell.RunAsRoot("apt-get", "update", "-qq");
        foreach (var name in DebianNames)
            if (Shell.RunAsRoot("apt-get", ["install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", name, .. DebianCompanions ?? []]) == 0)
                return;
    }

    private const string DebianSources = "/etc/apt/sources.list.d/debian.sources";

    // A libvips that the user names is the user's business: installing another would not be used.
    private static bool HasLibvips() => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("RETRIEVAL_LIBVIPS"))
        || LibvipsNames.Any(name => NativeLibrary.TryLoad(name, out _));

    private static string[] LibvipsNames => OperatingSystem.IsWindows() ? ["libvips-42.dll"]
        : OperatingSystem.IsMacOS() ? ["libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib", "/usr/local/lib/libvips.42.dylib"]
        : ["libvips.so.42", "/usr/local/lib/libvips.so.42"];

    private static bool HasChromium() =>
        new[] { "chromium", "chromium-browser", "google-chrome", "google-chrome-stable" }.Any(name => Shell.Find(name) is not null)
        || File.Exists("/Applications/Chromium.app/Contents/MacOS/Chromium")
        || File.Exists("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
}
