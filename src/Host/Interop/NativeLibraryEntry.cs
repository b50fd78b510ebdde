namespace Retrieval.Host.Interop;

/// <summary>A native library as the declarations name it: what it may be called on disk, the setting that overrides the search, and how one gets it.</summary>
internal sealed record NativeLibraryEntry(string Name, string Setting, string[] LinuxFiles, string[] WindowsFiles, string Cure)
{
    /// <summary>Folders under <c>nvidia</c> in Python's site-packages in which wheels put the library.</summary>
    public string[] Wheels { get; init; } = [];

    /// <summary>File names, on any platform, of what the library itself loads by bare name: loaded before it where they lie beside it or in a wheel's folder.</summary>
    public string[] Companions { get; init; } = [];

    /// <summary>File names on this platform, the best first.</summary>
    public string[] Files => OperatingSystem.IsWindows() ? WindowsFiles : LinuxFiles;
}
