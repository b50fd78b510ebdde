namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>A line of the file of plans.</summary>
/// <param name="Problem">The problem, as its text.</param>
/// <param name="Engine">Number of the engine.</param>
/// <param name="Knobs">Its settings.</param>
internal sealed record StoredPlan(string? Problem, long Engine, EngineKnob[]? Knobs);
