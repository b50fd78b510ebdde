using Retrieval.Training;

namespace Retrieval.Cli.Demo;

/// <summary>All that the demo found out about one pooling.</summary>
/// <param name="Pooling">mac, spoc or gem.</param>
/// <param name="Stages">Untrained, trained, and what was built on it.</param>
/// <param name="History">Each epoch's report.</param>
/// <param name="Curve">Mean average precision in percent, by epochs trained.</param>
/// <param name="Exponent">The learnt exponent; null where there is none.</param>
/// <param name="Ranked">First results (database row, score) of the shown queries, by the descriptors with Lw.</param>
/// <param name="Maps">Activation maps of the shown queries.</param>
internal sealed record DemoNetwork(string Pooling, IReadOnlyList<DemoStage> Stages, IReadOnlyList<EpochReport> History, IReadOnlyList<(int Epochs, double Map)> Curve,
    float? Exponent, IReadOnlyList<(int Query, IReadOnlyList<(int Row, float Score)> Results)> Ranked, IReadOnlyList<(int Query, ActivationMap Map)> Maps);
