using Retrieval.Cli.Commands;
using Retrieval.Cli.Profiling;

namespace Retrieval.Cli;

internal static class Program
{
    /// <summary>Every verb of the command, in the order in which help lists them.</summary>
    internal static Verb[] Verbs =>
    [
        new DemoCommand(),
        new WorldCommand(),
        new TrainCommand(),
        new RecipeCommand(),
        new ExtractCommand(),
        new WhitenCommand(),
        new IndexCommand(),
        new SearchCommand(),
        new EvalCommand(),
        new ChooseExponentCommand(),
        new MaskCommand(),
        new ReproduceCommand(),
        new ConvertCommand(),
        new BenchCommand(),
        new ProfileCommand(),
        new DoctorCommand(),
    ];

    private static int Main(string[] arguments)
    {
        using var interruption = Interruption.OfThisProcess();
        return new CommandLine(Verbs, Console.Out, Console.Error, interruption).Run(arguments);
    }
}
