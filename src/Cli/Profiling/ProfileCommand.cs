using System.Diagnostics;
using Retrieval.Cli.Profiling.Kernels;

namespace Retrieval.Cli.Profiling;

/// <summary>Shows where the time goes: a verb for each job that can be profiled.</summary>
internal sealed class ProfileCommand : Verb
{
    private static readonly Verb[] Topics = [new TrainProfile(), new ExtractProfile(), new SearchProfile(), new KernelsVerb()];

    public ProfileCommand() : base("profile", "Show where the time goes: " + string.Join(", ", Topics.Select(topic => topic.Name)))
    {
        foreach (var topic in Topics)
            Subcommands.Add(topic);
    }

    /// <inheritdoc/>
    public override int Run(Session session) => throw new UnreachableException("the command line asks for one of the topics before");
}
