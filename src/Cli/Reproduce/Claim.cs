namespace Retrieval.Cli.Reproduce;

/// <summary>What a paper says about two ways of doing the same: one has the better figure.</summary>
/// <param name="Text">The claim in a few words.</param>
/// <param name="Better">Name of the measure that the paper expects to be better.</param>
/// <param name="Worse">Name of the measure that it is compared with.</param>
/// <param name="Unit">Unit of both.</param>
/// <param name="LowerIsBetter">Whether the better figure is the lower one, as with times and sizes.</param>
internal sealed record Claim(string Text, string Better, string Worse, string Unit = "mAP %", bool LowerIsBetter = false)
{
    /// <summary>The direction that the paper expects, for people.</summary>
    public string Expected => $"{Better} {(LowerIsBetter ? "<" : ">")} {Worse}";

    /// <summary>How much better the better measure came out, in its unit, over runs that each measured both.</summary>
    public MeanInterval Difference(IReadOnlyList<IReadOnlyDictionary<string, double>> runs) =>
        MeanInterval.Of([.. runs.Select(run => (run[Better] - run[Worse]) * (LowerIsBetter ? -1 : 1))]);
}
