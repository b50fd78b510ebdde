using System.Reflection;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// Where kernels come from: the PTX in this assembly, or a folder of PTX that is read anew in every process, so that a
/// kernel can be edited and run without building any C#.
/// </summary>
internal sealed class PtxSource
{
    private const string Prefix = "ptx/";
    private const string Extension = ".ptx";

    private static readonly Assembly Home = typeof(PtxSource).Assembly;

    private readonly string? _folder;

    /// <exception cref="DeviceException">There is no PTX at all.</exception>
    public PtxSource(string? folder)
    {
        _folder = folder;
        if (folder is not null && !Directory.Exists(folder))
            throw new DeviceException($"cuda: {CudaSettings.Ptx} names the folder {folder}, which does not exist: correct it, or unset it to use the kernels of this build");
        Modules = folder is not null ? InFolder(folder) : Embedded();
        if (Modules.Count == 0)
            throw new DeviceException(folder is not null
                ? $"cuda: the folder {folder} of {CudaSettings.Ptx} holds no .ptx file: correct it, or unset it to use the kernels of this build"
                : $"cuda: this build carries no kernels: build with nvcc present (dotnet run build.cs kernels), or set {CudaSettings.Ptx} to a folder of .ptx files");
    }

    /// <summary>Names of the modules, each a .cu file's.</summary>
    public IReadOnlyCollection<string> Modules { get; }

    /// <summary>A module's text, ending in a zero byte as the driver wants it.</summary>
    /// <exception cref="DeviceException">There is no such module.</exception>
    public byte[] Read(string module)
    {
        if (!Modules.Contains(module))
            throw new DeviceException($"cuda: no kernels called {module}{Extension} in {this}: build them (dotnet run build.cs kernels), or set {CudaSettings.Ptx} to a folder that has them");
        using var stream = _folder is not null ? File.OpenRead(Path.Combine(_folder, module + Extension)) : Home.GetManifestResourceStream(Prefix + module + Extension)!;
        var text = new byte[stream.Length + 1];
        stream.ReadExactly(text, 0, text.Length - 1);
        return text;
    }

    public override string ToString() => _folder is not null ? $"the folder {_folder} ({CudaSettings.Ptx})" : "this build";

    private static string[] InFolder(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string[] Embedded() =>
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name)).Order(StringComparer.Ordinal)];
}
