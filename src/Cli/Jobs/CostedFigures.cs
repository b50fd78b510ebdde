using Retrieval.Evaluation;

namespace Retrieval.Cli.Jobs;

/// <summary>Figures of a benchmark, and what the search cost where databases are compared.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="Cost">Null where nothing is compared.</param>
internal sealed record CostedFigures(RetrievalFigures Figures, SearchCost? Cost = null);
