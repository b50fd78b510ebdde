using Retrieval.Evaluation;

namespace Retrieval.Cli.Demo;

/// <summary>Figures of one pooling after one step of the job, a variant each.</summary>
internal sealed record DemoStage(string Name, IReadOnlyList<RetrievalFigures> Figures)
{
    /// <summary>The figure that the table shows, in percent: medium where there are three variants.</summary>
    public double MeanAveragePrecision => 100 * Figures[Figures.Count / 2].MeanAveragePrecision;
}
