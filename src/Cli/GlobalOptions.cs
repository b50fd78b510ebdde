using System.CommandLine;
using System.CommandLine.Parsing;
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
        CustomParser = result => Parse(result, DeviceName.Parse),
    };

    public Option<Precision?> Precision { get; } = new("--precision")
    {
        Description = "What networks compute in: on cuda bf16 where they are trained and tf32 elsewhere, if not given; on cpu f32 alone",
        HelpName = "f32|tf32|bf16",
        CustomParser = result => Parse(result, text => (Precision?)Precisions.Parse(text)),
    };

    public Option<int> Threads { get; } = NumberOptions.Create("--threads", "Threads that compute; 0 takes one per core", 0, least: 0, most: 4096);

    public Option<int> Seed { get; } = NumberOptions.Create("--seed", "Where all randomness comes from", 1, least: 0, most: int.MaxValue);

    public GlobalOptions()
    {
        foreach (var option in All)
            option.Recursive = true;
    }

    public IEnumerable<Option> All => [Json, Device, Precision, Threads, Seed];

    private static T? Parse<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[^1].Value);
        }
        catch (ArgumentException mistake)
        {
            result.AddError(mistake.Message);
            return default;
        }
    }
}
