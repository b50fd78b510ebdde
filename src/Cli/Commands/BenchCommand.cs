using System.CommandLine;
using Retrieval.Cli.Bench;
using Retrieval.Models.Backbones;

namespace Retrieval.Cli.Commands;

/// <summary>Measures the parts that speed depends on, each verified before it is timed. Prints one JSON line a case.</summary>
internal sealed class BenchCommand : Verb
{
    private static readonly BenchTopic[] Topics = [new GemmTopic(), new EmbedTopic(), new TrainTopic(), new PoolTopic(), new NetVladTopic(), new KMeansTopic(), new LossTopic(), new SearchTopic(), new WhitenTopic()];

    private readonly Argument<string?> _topic = new("what") { Description = "What to measure; everything when left out", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _cases = new("--cases")
    {
        Description = "Sizes to measure, several cases separated by commas: " + string.Join("; ", Topics.Select(topic => $"{topic.Name} <{string.Join(">x<", topic.Axes)}>")),
    };
    private readonly Option<int> _repetitions = NumberOptions.Create("--repeat", "Timed calls of each case, after warming up; 0 for what suits the topic", 0, least: 0, most: 100_000);
    private readonly Option<string> _architecture = new("--arch") { Description = $"The backbone of embed and train: one of {string.Join(", ", BackboneDescription.Names)}", DefaultValueFactory = _ => "resnet50" };

    public BenchCommand() : base("bench", "Measure speed and allocation: one JSON line a case")
    {
        _topic.AcceptOnlyFromAmong([.. Topics.Select(topic => topic.Name)]);
        Arguments.Add(_topic);
        foreach (var option in (IEnumerable<Option>)[_cases, _repetitions, _architecture])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var name = session.Value(_topic);
        if (name is null && session.IsGiven(_cases))
            throw new UsersMistakeException($"--cases needs to know of what: name one of {string.Join(", ", Topics.Select(topic => topic.Name))}");
        var architecture = session.Value(_architecture)!;
        Session.Check(() => BackboneDescription.Parse(architecture));
        foreach (var topic in Topics.Where(topic => name is null || topic.Name == name))
        {
            var cases = Session.Checked(() => BenchCases.Parse(session.Value(_cases) ?? topic.Cases, topic.Axes));
            using var device = session.OpenDevice(topic.Trains);
            var repetitions = session.Value(_repetitions) is > 0 and var given ? given : topic.Repetitions;
            topic.Run(new BenchRun(session, device, architecture, repetitions), cases);
        }
        return ExitCode.Done;
    }
}
