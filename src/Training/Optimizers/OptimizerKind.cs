namespace Retrieval.Training.Optimizers;

/// <summary>Which rule turns gradients into steps.</summary>
public enum OptimizerKind
{
    Adam,
    AdamW,
    Sgd,
}
