using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling;

internal static class TraceFile
{
    /// <summary>Writes the trace beside its target and renames it.</summary>
    public static void Save(string path, ProfileResult result, string title)
    {
        var partial = path + ".partial";
        try
        {
            using (var file = File.Create(partial))
                ChromeTrace.Write(file, result, title);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
