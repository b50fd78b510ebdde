namespace Retrieval.Training.Optimizers;

/// <summary>What an optimiser carries from step to step, on the host.</summary>
/// <param name="StepCount">Steps taken.</param>
/// <param name="Values">Momentum and second moments, in the optimiser's order.</param>
public sealed record OptimizerState(int StepCount, IReadOnlyList<float[]> Values);
