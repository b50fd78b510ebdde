using System.Runtime;
using System.Runtime.InteropServices;
using Retrieval.Cli.Doctor;
using Retrieval.Cli.Output;
using Retrieval.Host;
using Retrieval.Imaging;

namespace Retrieval.Cli.Commands;

/// <summary>Tells what this machine offers and what is missing: platform, processor, devices, native libraries.</summary>
internal sealed class DoctorCommand() : Verb("doctor", "Tell what this machine offers and what is missing")
{
    private const double Gibibyte = 1L << 30;

    /// <returns>2 if something that the command needs is missing, and then the reason on the last line.</returns>
    public override int Run(Session session)
    {
        var cuda = CudaPlatform.Probe();
        session.Figures.PrintUpright(Platform());
        session.Figures.Print(Instructions());
        session.Figures.Print(Devices(session.Threads, cuda));
        var imaging = ImagingLibrary.Probe();
        session.Figures.PrintUpright(Libraries(imaging, cuda));
        return imaging.Problem is { } problem ? throw new UsersMistakeException(problem) : ExitCode.Done;
    }

    private static FigureTable Platform() => new FigureTable("platform", "Platform",
        new("system", "system"), new("runtime", "runtime"), new("architecture", "architecture"), new("processor", "processor"),
        new("cores", "cores"), new("memoryGiB", "memory [GiB]", "0.0"), new("serverGc", "server GC"), new("vectorBits", "widest vectors [bits]"))
        .Add(RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, RuntimeInformation.ProcessArchitecture.ToString(),
            ProcessorName.Read(), Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibibyte, GCSettings.IsServerGC,
            InstructionSets.VectorBits);

    private static FigureTable Instructions()
    {
        var table = new FigureTable("instructions", "Instruction sets", new("name", "name"), new("supported", "in use"));
        foreach (var (name, isSupported) in InstructionSets.All)
            table.Add(name, isSupported);
        return table;
    }

    private static FigureTable Devices(int threads, CudaPlatformStatus cuda)
    {
        var table = new FigureTable("device", "Devices", new("name", "name"), new("available", "available"), new("model", "model"),
            new("computeCapability", "compute capability"), new("memoryGiB", "memory [GiB]", "0.0"), new("detail", "detail"))
            .Add(DeviceName.Cpu.ToString(), true, ProcessorName.Read(), null, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibibyte, $"{threads} threads");
        foreach (var device in cuda.Devices)
            table.Add(device.Name.ToString(), cuda.Kernels is not null, device.Model, device.ComputeCapability.ToString(), device.MemoryByteCount / Gibibyte, cuda.Kernels ?? cuda.KernelProblem);
        if (cuda.Devices.Count == 0)
            table.Add(new DeviceName("cuda", 0).ToString(), false, null, null, null, cuda.Path is null ? "no CUDA driver, see below" : cuda.Problem);
        return table;
    }

    private static FigureTable Libraries(ImagingLibraryStatus imaging, CudaPlatformStatus cuda)
    {
        var table = new FigureTable("library", "Native libraries",
            new("name", "name"), new("found", "found"), new("path", "path"), new("version", "version"), new("formats", "formats"), new("tried", "tried"),
            new("problem", "problem"))
            .Add("libvips", imaging.Found, imaging.Path, imaging.Version, imaging.Formats, imaging.Tried, imaging.Problem)
            .Add("CUDA driver", cuda.Path is not null, cuda.Path, cuda.Version?.ToString(), Array.Empty<string>(), cuda.Tried, cuda.Path is null ? cuda.Problem : null);
        foreach (var library in cuda.Libraries)
            table.Add(library.Name, library.Path is not null, library.Path, library.Version?.ToString(), Array.Empty<string>(), library.Tried, library.Problem);
        return table;
    }
}
