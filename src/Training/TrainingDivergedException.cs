namespace Retrieval.Training;

/// <summary>Descriptors, losses or weights are no longer finite numbers: the learning rate was too high for this network and data.</summary>
public sealed class TrainingDivergedException(int epoch, string what)
    : Exception($"epoch {epoch}: {what} no longer finite numbers: use a lower learning rate")
{
    /// <summary>Counted from 0.</summary>
    public int Epoch { get; } = epoch;
}
