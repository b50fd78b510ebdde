using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

/// <summary>
/// The archive that proves the program on a GPU machine without SDK, network or libvips: tests and command, reference cases, kernels
/// as PTX and as sources, the .NET runtime that this program runs on, the script and PyTorch's side of the comparison.
/// </summary>
internal sealed class GpuBundle(string root)
{
    public const string Archive = "out/gpu-bundle.tar.gz";

    private const string Script = "gpu-check.sh";
    private const long LargestByteCount = 60L << 20;
    private static readonly TimeSpan RehearsalTimeLimit = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset NoTime = DateTimeOffset.UnixEpoch;

    // Playwright's own Node, hosts that look for an installed runtime, and documentation for compilers.
    private static readonly string[] LeftOut = [".playwright/", "playwright.ps1", "Retrieval.Tests", "retrieval"];

    private string Folder => Path.Combine(root, "out/gpu-bundle");

    public void Make()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        foreach (var (target, source) in Contents())
        {
            var path = Path.Combine(Folder, target);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(source, path);
        }
        File.WriteAllLines(Path.Combine(Folder, "CONTENTS"), Files(Folder).Select(name => $"{Checksum(Path.Combine(Folder, name))}  {name}"));
        Pack();
        var byteCount = new FileInfo(Path.Combine(root, Archive)).Length;
        Console.WriteLine($"{Archive}: {byteCount / 1048576.0:0.0} MiB, {Files(Folder).Count()} files; unpack it on a GPU machine and run ./{Script}");
        if (byteCount > LargestByteCount)
            throw new StepFailedException($"{Archive} has {byteCount} bytes, at most {LargestByteCount} are allowed");
    }

    public static void Unpack(string archive, string folder)
    {
        using var bytes = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(bytes, folder, overwriteFiles: false);
    }

    /// <summary>Runs the script of an unpacked archive on the simulator. The `dotnet` on its PATH is one that fails.</summary>
    public static int Rehearse(string folder, string simulator)
    {
        var tools = Directory.CreateDirectory(Path.Combine(folder, "no-dotnet")).FullName;
        File.WriteAllText(Path.Combine(tools, "dotnet"), "#!/bin/sh\necho 'the archive brings its own dotnet' >&2\nexit 97\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(tools, "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = $"PATH={tools}:/usr/local/bin:/usr/bin:/bin";
        return Shell.Run("env", ["-i", path, $"HOME={folder}", $"OUT={Path.Combine(folder, "results")}", Path.Combine(folder, Script), "--rehearse", simulator], folder, timeLimit: RehearsalTimeLimit);
    }

    /// <summary>Every file: its place in the archive, and where it comes from.</summary>
    private IEnumerable<(string Target, string Source)> Contents()
    {
        yield return (Script, Path.Combine(root, "benchmarks/gpu", Script));
        yield return ("pytorch_peer.py", Path.Combine(root, "benchmarks/gpu/pytorch_peer.py"));
        yield return ("README.md", Path.Combine(root, "docs/gpu-check.md"));
        foreach (var item in From("tests/Retrieval.Tests/bin/Release/net10.0", "app").Concat(From("native/kernels", "kernels")).Concat(From("out/native/ptx", "ptx")))
            yield return item;
        var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        var resolver = Directory.GetDirectories(Path.Combine(dotnet, "host/fxr")).MaxBy(folder => Version.Parse(Path.GetFileName(folder).Split('-')[0]))!;
        yield return ("dotnet/dotnet", Path.Combine(dotnet, "dotnet"));
        foreach (var folder in new[] { runtime, resolver })
            foreach (var file in Files(folder))
                yield return (Path.Combine("dotnet", Path.GetRelativePath(dotnet, folder), file), Path.Combine(folder, file));
    }

    private IEnumerable<(string Target, string Source)> From(string source, string target) =>
        from file in Files(Path.Combine(root, source))
        where !file.EndsWith(".xml", StringComparison.Ordinal) && !LeftOut.Any(name => name.EndsWith('/') ? file.StartsWith(name, StringComparison.Ordinal) : file == name)
        select (Path.Combine(target, file), Path.Combine(root, source, file));

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);

    private static string Checksum(string path)
    {
        using var bytes = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    // The same files make the same archive: names in order, no times, no owners.
    private void Pack()
    {
        var path = Path.Combine(root, Archive);
        using (var bytes = new GZipStream(File.Create(path + ".new"), CompressionLevel.SmallestSize))
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar))
            foreach (var name in Files(Folder))
            {
                using var content = File.OpenRead(Path.Combine(Folder, name));
                var isProgram = name is Script or "dotnet/dotnet";
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = content,
                    ModificationTime = NoTime,
                    Mode = (UnixFileMode)(isProgram ? 0b111_101_101 : 0b110_100_100),
                });
            }
        File.Move(path + ".new", path, overwrite: true);
    }
}
