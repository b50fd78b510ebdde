namespace Retrieval.Cli.Jobs;

/// <summary>Alpha query expansion: how many neighbours take part and how strongly similarity weighs; alpha 0 is the plain average.</summary>
internal sealed record Expansion(int Neighbours, double Alpha);
