using System.CommandLine;
using Retrieval.Host;

namespace Retrieval.Cli;

/// <summary>The options that every verb understands.</summary>
internal sealed class GlobalOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print figures as JSON, one object a line",
    };

    public Option<DeviceName> Device { get; } = new("--device")
    {
        Description = "Where to compute",
        HelpName = "cpu|cuda[:n]",
        DefaultValueFactory = _ => DeviceName.Cpu,
        CustomParser = result =>
        {
            try
            {
                return DeviceName.Parse(result.Tokens[0].Value);
            }
            catch (ArgumentException mistake)
            {
                result.AddError(mistake.Message);
                return default;
            }
        },
    };

    public Option<int> Threads { get; } = NumberOptions.Create("--threads", "Threads that compute; 0 takes one per core", 0, least: 0, most: 4096);

    public Option<int> Seed { get; } = NumberOptions.Create("--seed", "Where all randomness comes from", 1, least: 0, most: int.MaxValue);

    public GlobalOptions()
    {
        foreach (var option in All)
            option.Recursive = true;
    }

    public IEnumerable<Option> All => [Json, Device, Threads, Seed];
}
