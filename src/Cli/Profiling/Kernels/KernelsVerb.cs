using System.CommandLine;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Every kernel by itself, against the ceilings of the device.</summary>
internal sealed class KernelsVerb : Verb
{
    private readonly Option<int> _repetitions = NumberOptions.Create("--repeat", "Timed calls of each kernel", 30, least: 1, most: 100_000);
    private readonly Option<bool> _tiny = new("--tiny") { Description = "Sizes that prove the benchmark and no speed, for the simulator" };

    public KernelsVerb() : base("kernels", "Time every kernel at its reference sizes, as a share of what the device can do")
    {
        Options.Add(_repetitions);
        Options.Add(_tiny);
    }

    public override int Run(Session session)
    {
        using var device = session.OpenDevice();
        new KernelProfile(session, device, new KernelSizes(session.Value(_tiny)), session.Value(_repetitions)).Run();
        return ExitCode.Done;
    }
}
