namespace Retrieval.Cli.Report;

/// <summary>One line of a chart.</summary>
internal sealed record LineSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
