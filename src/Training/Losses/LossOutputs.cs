namespace Retrieval.Training.Losses;

/// <summary>Which of a network's outputs a loss term reads, and so gives a gradient to.</summary>
[Flags]
public enum LossOutputs
{
    None = 0,

    /// <summary>The pooled vectors, before any L2 normalisation.</summary>
    Embedding = 1,

    /// <summary>The embedding behind the batch-norm neck.</summary>
    Neck = 2,

    /// <summary>Unit rows, which retrieval compares.</summary>
    Descriptors = 4,
}
