namespace Retrieval.Models;

/// <summary>What a forward pass is for.</summary>
public enum PassMode
{
    /// <summary>Descriptors only: stored statistics, nothing is kept.</summary>
    Inference,

    /// <summary>Fine-tuning: stored statistics, which stay as they are; scale and shift are still learnt.</summary>
    FrozenStatistics,

    /// <summary>Training from scratch: the batch's own statistics, which move the stored ones.</summary>
    BatchStatistics,
}
