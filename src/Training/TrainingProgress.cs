namespace Retrieval.Training;

/// <summary>How far an epoch is.</summary>
/// <param name="Stage">mining or training.</param>
/// <param name="Epoch">Counted from 0.</param>
/// <param name="Done">Images or tuples done.</param>
/// <param name="Total">Of how many.</param>
public readonly record struct TrainingProgress(string Stage, int Epoch, int Done, int Total);
