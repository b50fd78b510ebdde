namespace Retrieval.Imaging.Codecs;

/// <summary>Writes a file beside its target and renames it, so that the target is whole or untouched.</summary>
internal static class AtomicFile
{
    internal static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var partial = path + ".partial";
        try
        {
            using (var file = File.OpenHandle(partial, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, bytes, 0);
                RandomAccess.FlushToDisk(file);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
