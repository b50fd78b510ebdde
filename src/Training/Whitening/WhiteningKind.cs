namespace Retrieval.Training.Whitening;

/// <summary>How a whitening was learned.</summary>
public enum WhiteningKind
{
    /// <summary>From the covariance of descriptors, without labels.</summary>
    Pca,

    /// <summary>From pairs of descriptors that match (Lw).</summary>
    Learned,
}
