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
        session.Figures.PrintUpright(Platform());
        session.Figures.Print(Instructions());
        session.Figures.Print(Devices(session.Threads));
        var imaging = ImagingLibrary.Probe();
        session.Figures.PrintUpright(Libraries(imaging));
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

    private static FigureTable Devices(int threads)
    {
        var table = new FigureTable("device", "Devices", new("name", "name"), new("available", "available"), new("detail", "detail"));
        foreach (var name in new[] { DeviceName.Cpu, new DeviceName("cuda", 0) })
        {
            var problem = ProblemWith(name, threads);
            table.Add(name.ToString(), problem is null, problem ?? (name == DeviceName.Cpu ? $"{threads} threads" : ""));
        }
        return table;
    }

    private static string? ProblemWith(DeviceName name, int threads)
    {
        try
        {
            using var device = Device.Open(name, threads);
            return null;
        }
        catch (DeviceException missing)
        {
            return missing.Message;
        }
    }

    private static FigureTable Libraries(ImagingLibraryStatus status) => new FigureTable("library", "Native libraries",
        new("name", "name"), new("found", "found"), new("path", "path"), new("version", "version"), new("formats", "formats"), new("tried", "tried"),
        new("problem", "problem"))
        .Add("libvips", status.Found, status.Path, status.Version, status.Formats, status.Tried, status.Problem);
}
