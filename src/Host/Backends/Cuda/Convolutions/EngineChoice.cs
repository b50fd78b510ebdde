namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>An engine of cuDNN and how it is set: enough to make the same plan again.</summary>
/// <param name="Engine">Number of the engine among those for the graph.</param>
/// <param name="Knobs">Kind and value of each of its settings.</param>
internal sealed record EngineChoice(long Engine, IReadOnlyList<EngineKnob> Knobs);
