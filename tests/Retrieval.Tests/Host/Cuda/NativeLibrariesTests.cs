using System.Runtime.InteropServices;
using Retrieval.Host.Interop;
using Retrieval.Tests.Cli;
using Retrieval.Tests.Index;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Where native libraries are looked for, and that nobody looks before one is needed.</summary>
public sealed class NativeLibrariesTests
{
    private static readonly NativeLibraryEntry Entry = new("none", "SETTING", ["libnone.so.2", "libnone.so"], ["libnone.so.2", "libnone.so"], "bake one");

    [Fact]
    public void TheApplicationComesBeforeTheSystem()
    {
        var library = NativeLibraries.Load(Entry, null, ["/here", "/there"]);
        Assert.Equal(0, library.Handle);
        Assert.Equal(["/here/libnone.so.2", "/here/libnone.so", "/there/libnone.so.2", "/there/libnone.so", "libnone.so.2", "libnone.so"], library.Tried);
        Assert.Equal("libnone.so.2 was not found: bake one, or set SETTING to the library or its folder; tried: " + string.Join(", ", library.Tried), NativeLibraries.NotFound(Entry, library));
    }

    [Fact]
    public void ASettingIsAllThatIsTried()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([folder.File("libnone.so.2"), folder.File("libnone.so")], NativeLibraries.Load(Entry, folder.Root, ["/here"]).Tried);
        Assert.Equal([folder.File("x.so")], NativeLibraries.Load(Entry, folder.File("x.so"), ["/here"]).Tried);
        Assert.Equal(["libno-such-name.so"], NativeLibraries.Load(Entry, "libno-such-name.so", ["/here"]).Tried);
        File.WriteAllText(folder.File("x.so"), "no library");
        Assert.Equal([folder.File("x.so") + " (there, but it does not load)"], NativeLibraries.Load(Entry, folder.File("x.so"), []).Tried);
    }

    [Fact]
    public void WhatLoadsIsFound()
    {
        // A library that every process has.
        var file = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), OperatingSystem.IsWindows() ? "System.IO.Compression.Native.dll" : "libSystem.Native.*").First();
        var library = NativeLibraries.Load(Entry, file, []);
        Assert.NotEqual(0, library.Handle);
        Assert.Equal((file, file), (library.Path, Assert.Single(library.Tried)));
        Assert.False(library.Has("no_such_function"));
    }

    [Fact]
    public void APythonEnvironmentComesLast()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "wheels lie elsewhere there");
        using var folder = new TemporaryFolder();
        using var variables = new Variables();
        variables.Set("VIRTUAL_ENV", folder.Root);
        var nvidia = Path.Combine(folder.Root, "lib", "python3.12", "site-packages", "nvidia");
        var wheel = Directory.CreateDirectory(Path.Combine(nvidia, "none", "lib")).FullName;
        var sibling = Directory.CreateDirectory(Path.Combine(nvidia, "other", "lib")).FullName;
        var file = Path.Combine(wheel, "libnone.so");
        File.Copy(Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.*").First(name => !name.EndsWith(".a", StringComparison.Ordinal)), file);
        // What it needs does not load here, which is its own affair.
        File.WriteAllText(Path.Combine(sibling, "libneeded.so"), "no library");
        var library = NativeLibraries.Load(Entry with { Wheels = ["missing", "none"], Companions = ["libneeded.so"] }, null, ["/here"]);
        Assert.Equal(file, library.Path);
        Assert.Equal(["/here/libnone.so.2", "/here/libnone.so", "libnone.so.2", "libnone.so", Path.Combine(wheel, "libnone.so.2"), file], library.Tried);
        Assert.Equal([wheel, sibling], PythonWheels.Siblings(file));
        Assert.Empty(PythonWheels.Siblings("/usr/lib/libnone.so"));
    }

    [Fact]
    public void NothingNativeIsTouchedBeforeItIsNeeded()
    {
        using var folder = new TemporaryFolder();
        var bad = folder.File("libcuda.so");
        File.WriteAllText(bad, "no library");
        var environment = new Dictionary<string, string> { ["RETRIEVAL_CUDA_DRIVER"] = bad, ["RETRIEVAL_PTX"] = folder.File("nowhere") };
        var run = RetrievalProcess.Run(environment, "bench", "pool", "--cases", "2x3x5x31", "--repeat", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        run = RetrievalProcess.Run(environment, "bench", "pool", "--cases", "2x3x5x31", "--repeat", "2", "--device", "cuda");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal($"error: libcuda.so.1 was not found: install NVIDIA's driver, or set RETRIEVAL_CUDA_DRIVER to the library or its folder; tried: {bad} (there, but it does not load)",
            Assert.Single(run.ErrorLines));
    }
}
