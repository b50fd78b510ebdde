using Retrieval.Training;

namespace Retrieval.Cli.Demo;

/// <summary>All that the demo found out about one pooling.</summary>
/// <param name="Pooling">mac, spoc or gem.</param>
/// <param name="Stages">Untrained, trained, and what was built on it.</param>
/// <param name="History">Each epoch's report.</param>
/// <param name="Curve">Mean average precision in percent before training and after each epoch that was evaluated, by epochs done.</param>
/// <param name="Exponent">The learnt exponent; null where there is none.</param>
/// <param name="Descriptors">Unwhitened descriptors of the benchmark's images after training.</param>
/// <param name="Shown">Whitened descriptors of the benchmark's images, for the ranked lists.</param>
internal sealed record DemoNetwork(string Pooling, IReadOnlyList<DemoStage> Stages, IReadOnlyList<EpochReport> History,
    IReadOnlyList<(int Epochs, double Map)> Curve, float? Exponent, float[] Descriptors, float[] Shown);
