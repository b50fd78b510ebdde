namespace Retrieval.Host.Interop;

/// <summary>A native library as the declarations name it: what it may be called on disk, the setting that overrides the search, and how one gets it.</summary>
internal sealed record NativeLibraryEntry(string Name, string Setting, string[] LinuxFiles, string[] WindowsFiles, string Cure)
{
    /// <summary>File names on this platform, the best first.</summary>
    public string[] Files => OperatingSystem.IsWindows() ? WindowsFiles : LinuxFiles;
}
