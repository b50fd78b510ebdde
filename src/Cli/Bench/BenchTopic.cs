namespace Retrieval.Cli.Bench;

/// <summary>One subject of <c>bench</c>: its cases, and how a case is prepared, verified and timed.</summary>
internal abstract class BenchTopic
{
    /// <summary>The word on the command line, and "what" in the output.</summary>
    public abstract string Name { get; }

    /// <summary>Names of a case's sizes, in their order; also their keys in the output.</summary>
    public abstract IReadOnlyList<string> Axes { get; }

    /// <summary>The cases that are run when none are given.</summary>
    public abstract string Cases { get; }

    /// <summary>Timed calls of each case when no number is given.</summary>
    public abstract int Repetitions { get; }

    /// <summary>Whether it trains a network: its usual precision is that of training.</summary>
    public virtual bool Trains => false;

    /// <summary>Runs the cases in their order and prints a line of each.</summary>
    /// <exception cref="InvalidOperationException">A result is wrong.</exception>
    public abstract void Run(BenchRun run, IReadOnlyList<int[]> cases);

    /// <summary>A case's sizes under their names.</summary>
    protected (string Key, object? Value)[] Named(int[] sizes) => [.. Axes.Zip(sizes, (axis, size) => (axis, (object?)size))];
}
